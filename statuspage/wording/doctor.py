"""What `manage.py doctor` says: of each thing that may be wrong with a site, what it is and what to do."""

from dataclasses import dataclass

from statuspage.wording.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Advice:
    """What is wrong, and what can be done about it."""

    what: Sentence
    to_do: Sentence


# How both are said in one line.
LINE = Sentence("{what}。→ {to_do}", "{what}. → {to_do}")
LEVEL_WORDS = {"error": Sentence("错误", "error"), "warning": Sentence("警告", "warning")}
NOTHING_FOUND = Sentence("没有发现问题。", "Nothing is wrong.")

# The examination itself.
BROKE_DOWN = Advice(
    Sentence("检查本身失败：{problem}", "the examination broke down: {problem}"),
    Sentence("请报告这个问题。", "Please report this."),
)
TOO_SLOW = Advice(
    Sentence("检查 {n} 秒后仍未结束", "the examination did not end within {n} s"),
    Sentence("先处理其他问题，再检查一次。", "Mend what else is found, then examine again."),
)

# Settings.
WRONG_SETTING = Advice(
    Sentence("{problem}", "{problem}"),
    Sentence(
        "改正这个环境变量；README“For real”有全部说明。",
        "Correct this variable; README, “For real”, lists all.",
    ),
)
DJANGO_CHECK = Advice(Sentence("{problem}", "{problem}"), Sentence("{hint}", "{hint}"))
DEBUG_ON = Advice(
    Sentence("DEBUG 已打开：出错页会显示设置", "DEBUG is on: pages of errors show settings"),
    Sentence("在正式环境中去掉 DEBUG。", "Leave DEBUG out where the site is real."),
)
DEMO_ON = Advice(
    Sentence(
        "FOGBREAK_DEMO 已打开：人人知道的登录有效", "FOGBREAK_DEMO is on: a login that everyone knows works"
    ),
    Sentence("在正式环境中去掉 FOGBREAK_DEMO。", "Leave FOGBREAK_DEMO out where the site is real."),
)
PLACEHOLDER = Advice(
    Sentence("仍是示例值", "still has the value of an example"),
    Sentence("填入本站自己的值。", "Give it this site's own value."),
)
HOST_NOT_ALLOWED = Advice(
    Sentence("SITE_URL 的主机 {host} 不在其中", "lacks {host}, the host of SITE_URL"),
    Sentence("把 {host} 加入 ALLOWED_HOSTS。", "Add {host} to ALLOWED_HOSTS."),
)
PLAIN_HTTP = Advice(
    Sentence("网站不使用 HTTPS：密码和会话未加密传输", "is no https address: passwords travel in the clear"),
    Sentence(
        "在前面放上 deploy/nginx.conf，并把 SITE_URL 改为 https://…。",
        "Put deploy/nginx.conf in front, and write https:// in SITE_URL.",
    ),
)
NO_PROXY_TRUSTED = Advice(
    Sentence(
        "为 0：若前面有代理，登录会被拒绝，所有人算作同一网络",
        "is 0: behind a proxy logins would be refused, and everybody would be one network",
    ),
    Sentence("前面有几个代理就填几。", "Write how many proxies are in front."),
)
COLOUR_ADJUSTED = Advice(
    Sentence(
        "{asked} 在浅色背景上对比度只有 {ratio}，看不清；页面改用 {used}",
        "{asked} has a contrast of only {ratio} on the light page; {used} is used instead",
    ),
    Sentence(
        "填入更深的颜色（对比度至少 4.5），或者就这样。",
        "Give it a darker colour (contrast 4.5 or more), or leave it.",
    ),
)

# Clocks.
CLOCK_OF_DATABASE = Advice(
    Sentence("本机时钟与数据库相差 {n} 秒", "this machine's clock is {n} s from the database's"),
    Sentence("在两台机器上启用时间同步（如 chrony）。", "Have both machines keep time, such as with chrony."),
)
CLOCK_OF_ANSWER = Advice(
    Sentence(
        "网站时钟与 {probe} 应答的日期相差 {n} 秒",
        "the site's clock is {n} s from the date that {probe} answers",
    ),
    Sentence(
        "让数据库所在机器同步时间（如 chrony）：支付接口会拒绝时钟不准的签名。",
        "Have the database's machine keep time, such as with chrony: gateways refuse what is signed late.",
    ),
)

# Database.
UNREACHABLE = Advice(
    Sentence("无法连接：{problem}", "cannot be used: {problem}"),
    Sentence(
        "确认数据库在运行，DATABASE_URL 正确。", "See that the database runs and that DATABASE_URL is right."
    ),
)
UNMIGRATED = Advice(
    Sentence("有 {n} 个迁移尚未执行，从 {first} 起", "{n} migrations are not applied, {first} the first"),
    Sentence("执行 manage.py migrate。", "Run manage.py migrate."),
)
NO_WAL = Advice(
    Sentence("SQLite 日志模式是 {mode}，不是 WAL", "SQLite's journal is {mode}, not WAL"),
    Sentence(
        "把数据库放在本机磁盘上：网络文件系统不支持 WAL。",
        "Put the file on a local disk: network file systems have no WAL.",
    ),
)
BIG_WAL = Advice(
    Sentence(
        "WAL 文件有 {n} MB：有进程长期占着旧快照", "the WAL has {n} MB: somebody holds an old state of it"
    ),
    Sentence(
        "结束长期打开数据库的程序，或重启网站。", "End what keeps the database open, or restart the site."
    ),
)
FEW_CONNECTIONS = Advice(
    Sentence("{most} 个连接已用 {used} 个", "{used} of {most} connections are in use"),
    Sentence("提高 max_connections，或减少进程。", "Raise max_connections, or run fewer processes."),
)

# Broker and workers.
BROKER_UNREACHABLE = Advice(
    Sentence("无法连接：{problem}", "cannot be reached: {problem}"),
    Sentence("确认它在运行，BROKER_URL 正确。", "See that it runs and that BROKER_URL is right."),
)
NOBODY_CONSUMES = Advice(
    Sentence("没有 worker 处理这个队列（{n} 条消息）", "no worker consumes this queue ({n} messages)"),
    Sentence("启动它的 worker：systemctl start {unit}。", "Start its worker: systemctl start {unit}."),
)
BACKLOG = Advice(
    Sentence("积压 {n} 条消息", "{n} messages wait"),
    Sentence(
        "若 {unit} 没有运行，请启动；若在运行，请增加一个。", "Start {unit}; where it runs, start another."
    ),
)
STOPPED = Advice(
    Sentence("自 {since} 起没有得出新结论", "nothing was concluded since {since}"),
    Sentence("启动 {unit}。", "Start {unit}."),
)
NEVER_BEGAN = Advice(
    Sentence("从未得出结论", "nothing was ever concluded"), Sentence("启动 {unit}。", "Start {unit}.")
)
CURSOR_AHEAD = Advice(
    Sentence("已处理到未来：{until}", "has come to {until}, which is in the future"),
    Sentence(
        "校准各台机器的时钟；时钟准确后会自行恢复。",
        "Set the machines' clocks right; it heals by itself then.",
    ),
)
VANTAGE_ASLEEP = Advice(
    Sentence("{n} 分钟内没有做过任何检测", "made no check within {n} minutes"),
    Sentence("在那里启动 {unit}。", "Start {unit} there."),
)
VANTAGE_LOST = Advice(
    Sentence("对照也失败：这个检测点的网络不通", "its controls fail: it has lost its network"),
    Sentence("检查那台机器的网络和代理。", "See to that machine's network and proxy."),
)

# Keys.
BAD_CREDENTIALS = Advice(
    Sentence("无法签名请求：{problem}", "no request can be made: {problem}"),
    Sentence(
        "改正目录中的凭据或这台机器的环境变量；manage.py try_probe {probe} 可再试。",
        "Correct the credentials or this machine's environment; try again with manage.py try_probe {probe}.",
    ),
)
UNSET = Advice(
    Sentence("这台机器上没有设置 {names}", "{names} not set on this machine"),
    Sentence(
        "设置这些环境变量，并重启这个检测点的 worker。", "Set them, and restart the workers of this vantage."
    ),
)
CERTIFICATE_OF_OURS = Advice(
    Sentence("{name} 中的证书 {day} 到期", "the certificate in {name} expires on {day}"),
    Sentence("向支付机构申请新证书并替换文件。", "Get a new one from the provider and replace the file."),
)
KEY_MISMATCH = Advice(
    Sentence(
        "private_key_file 与 {name} 中的证书不匹配",
        "private_key_file does not belong to the certificate in {name}",
    ),
    Sentence("使用申请该证书时的私钥。", "Use the key that the certificate was asked for with."),
)
CERTIFICATE_OF_THEIRS = Advice(
    Sentence("对方的 TLS 证书 {day} 到期", "their TLS certificate expires on {day}"),
    Sentence(
        "若是自己的端点，请更新证书；否则告知对方。", "Renew it where it is yours; else tell whose it is."
    ),
)

# Files.
DISK_FULL = Advice(
    Sentence("只剩 {n} MB（{percent}%）", "only {n} MB are free ({percent}%)"),
    Sentence(
        "清理磁盘，或减小 RAW_DAYS、MINUTE_DAYS、REPORT_DAYS。",
        "Make room, or lower RAW_DAYS, MINUTE_DAYS and REPORT_DAYS.",
    ),
)
NOT_WRITABLE = Advice(
    Sentence("不可写", "cannot be written to"),
    Sentence("chown 给运行网站的用户。", "chown it to the user that the site runs as."),
)
OPEN_TO_OTHERS = Advice(
    Sentence("权限 {mode}：别的用户可读", "has mode {mode}: others can read it"),
    Sentence("chmod go= {path}", "chmod go= {path}"),
)
HIDDEN_FROM_NGINX = Advice(
    Sentence("权限 {mode}：nginx 读不到已发布的文件", "has mode {mode}: nginx cannot read what is published"),
    Sentence(
        "chmod o+rx {path}，或让 nginx 的用户加入该组。",
        "chmod o+rx {path}, or add nginx' user to its group.",
    ),
)
STATIC_MISSING = Advice(
    Sentence("后台的静态文件尚未收集", "the admin's static files are not collected"),
    Sentence("执行 manage.py collectstatic。", "Run manage.py collectstatic."),
)
NO_ROOM_FOR_COPY = Advice(
    Sentence(
        "有 {n} MB，磁盘只剩 {free} MB：无法备份", "has {n} MB, and {free} MB are free: no room for a backup"
    ),
    Sentence("换一块更大的磁盘，或减小 RAW_DAYS。", "Give it a larger disk, or lower RAW_DAYS."),
)

# The page.
NO_ANSWER = Advice(
    Sentence("从这台机器访问没有应答：{problem}", "does not answer from here: {problem}"),
    Sentence(
        "启动 fogbreak-web 和 nginx，并核对域名、证书和 PROBE_CA_BUNDLE。",
        "Start fogbreak-web and nginx; see to the name, the certificate and PROBE_CA_BUNDLE.",
    ),
)
OTHER_ANSWER = Advice(
    Sentence("应答 HTTP {status}，不是已发布的文件", "answers HTTP {status}, not the file that is published"),
    Sentence(
        "核对 SITE_URL 和 nginx 的 root：它应指向 SNAPSHOT_DIR/current。",
        "See to SITE_URL, and to nginx' root: it is SNAPSHOT_DIR/current.",
    ),
)
OLD_ANSWER = Advice(
    Sentence("应答的是 {since} 的页面", "answers a page of {since}"),
    Sentence(
        "启动 {unit}；若它在运行，nginx 或 CDN 读的是另一个文件夹。",
        "Start {unit}; where it runs, nginx or a CDN reads another folder.",
    ),
)
HEADERS_LACKING = Advice(
    Sentence("应答缺少 {names}", "answers without {names}"),
    Sentence("重新装入 deploy/nginx.conf。", "Take deploy/nginx.conf over anew."),
)
NO_SNAPSHOT = Advice(
    Sentence("还没有发布过页面", "no page was ever published"), Sentence("启动 {unit}。", "Start {unit}.")
)
OLD_SNAPSHOT = Advice(
    Sentence("页面是 {since} 的，已过时", "the page is of {since}, which is too old"),
    Sentence("启动 {unit}。", "Start {unit}."),
)

# What is watched, and who looks after it.
NOTHING_WATCHED = Advice(
    Sentence("没有任何启用的探测", "no probe is in use"),
    Sentence("执行 manage.py sync_catalog FILE。", "Run manage.py sync_catalog FILE."),
)
NO_CONTROL = Advice(
    Sentence(
        "没有对照：这个检测点的网络故障会被当作对方的", "has no control: its own trouble looks like theirs"
    ),
    Sentence("在目录中为它添加 [[controls]]。", "Add one to the catalog, under [[controls]]."),
)
SOURCE_BROKEN = Advice(
    Sentence("读不到：{problem}", "cannot be read: {problem}"),
    Sentence("用 manage.py try_source {slug} 查看。", "Look with manage.py try_source {slug}."),
)
SOURCE_UNVISITED = Advice(
    Sentence("自 {since} 起没有读过", "was not read since {since}"),
    Sentence("启动 {unit}。", "Start {unit}."),
)
MISCONFIGURED = Advice(
    Sentence("{n} 个探测因我们自己的错误被拒：{answer}", "{n} probes are refused by our own fault: {answer}"),
    Sentence("用 manage.py try_probe {slug} 查看。", "Look with manage.py try_probe {slug}."),
)
NO_ADMIN = Advice(
    Sentence("没有人能进入后台", "nobody can enter the admin"),
    Sentence("执行 manage.py createsuperuser。", "Run manage.py createsuperuser."),
)
NO_SECOND_FACTOR = Advice(
    Sentence("只凭密码即可进入后台", "gets into the admin with a password alone"),
    Sentence(
        "让本人在后台设置两步验证，或设 ADMIN_SECOND_FACTOR=required。",
        "Have the user set up a second factor there, or set ADMIN_SECOND_FACTOR=required.",
    ),
)
NOBODY_GUARDED = Advice(
    Sentence("没有人设置两步验证", "nobody has a second factor"),
    Sentence(
        "让每个人在后台设置两步验证，或设 ADMIN_SECOND_FACTOR=required。",
        "Have everybody set one up there, or set ADMIN_SECOND_FACTOR=required.",
    ),
)
ONE_OWNER = Advice(
    Sentence("只有 {name} 是所有者", "only {name} is an owner"),
    Sentence("把这个角色也给另一个人，以防其无法登录。", "Give the role to somebody else, too."),
)
PROVIDER_AWAY = Advice(
    Sentence("统一登录不可用：{problem}", "nobody can log in by the provider: {problem}"),
    Sentence("核对 OIDC_ISSUER，并从本机访问它。", "Compare OIDC_ISSUER, and reach it from this machine."),
)

# Mail.
MAIL_UNREACHABLE = Advice(
    Sentence("邮件服务器 {server} 无法使用：{problem}", "{server} cannot be used: {problem}"),
    Sentence(
        "核对主机、端口、加密方式（smtps、smtp+tls）和登录；不发邮件就去掉 EMAIL_URL。",
        "Check host, port, encryption (smtps, smtp+tls) and login; leave EMAIL_URL out to send no mails.",
    ),
)
MAIL_SENDER_REFUSED = Advice(
    Sentence("邮件服务器拒绝这个发件人：{problem}", "the server refuses this sender: {problem}"),
    Sentence("填入该账号可以使用的发件地址。", "Give it an address that this login may send from."),
)
MAIL_IN_THE_CLEAR = Advice(
    Sentence("登录密码未加密传输", "the password travels in the clear"),
    Sentence("改用 smtp+tls:// 或 smtps://。", "Write smtp+tls:// or smtps://."),
)
NO_BOUNCES = Advice(
    Sentence("未设置：退信无人处理，死地址会一直收信", "is not set: nobody hears what cannot be delivered"),
    Sentence(
        "设置一个收退信的地址，并让它把邮件交给 manage.py take_bounce。",
        "Give it an address whose mails are piped to manage.py take_bounce.",
    ),
)

# Other monitors.
SENDER_SILENT = Advice(
    Sentence("其他监控系统最近一次发来消息：{since}", "this other monitor was last heard at {since}"),
    Sentence(
        "检查它的 webhook 配置和令牌；若它平时没有消息，把“静默时限”设为 0。",
        "See to its webhook and its token; where it says nothing while all is well, set “silent after” to 0.",
    ),
)
SENDER_WITHOUT_RULES = Advice(
    Sentence("没有规则读取它发来的信号", "no rule reads what it says"),
    Sentence("在后台为它添加规则，并用“试用规则”核对。", "Add a rule for it in the admin, and try it there."),
)
SIGNALS_UNMATCHED = Advice(
    Sentence("有 {n} 个正在持续的信号没有规则读取", "{n} of its signals go on that no rule takes"),
    Sentence(
        "为它们添加规则；不需要的，添加一条不填原因的规则。",
        "Add a rule for them; one without a cause for what means nothing.",
    ),
)
RULE_IDLE = Advice(
    Sentence("这条规则的组件都已停用", "none of the components of this rule is watched any more"),
    Sentence("改选组件，或关闭这条规则。", "Choose others, or switch the rule off."),
)
PUSH_SILENT = Advice(
    Sentence("最近一次推送检查：{since}", "its checks were last pushed at {since}"),
    Sentence(
        "检查推送程序和令牌；若改由本站检测，关闭它的推送令牌。",
        "See to the program that pushes them and to its token; switch that off to have us ask ourselves.",
    ),
)
