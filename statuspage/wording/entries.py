"""What the forms of the catalog call each entry of an endpoint, probe, payer or source, and what it wants."""

from collections.abc import Mapping
from dataclasses import dataclass

from statuspage.wording.sentence import Sentence


@dataclass(frozen=True, slots=True)
class EntryWords:
    """The name of an entry, and what to write there where the name alone does not tell."""

    label: Sentence
    help: Sentence | None = None


_PLACE = Sentence(
    "CSS 选择器（a.title@href 取属性），JSON 则是用点分隔的路径",
    "A CSS selector (a.title@href takes an attribute), or a dotted path in JSON",
)
_IN_FEN = Sentence("以分为单位的整数", "A whole number, in fen")
_PAID_BY_CODE = Sentence(
    "付款码里的数字；会过期的请引用环境变量",
    "The digits of a payment code; refer to a variable where it runs out",
)

ENTRIES: Mapping[str, EntryWords] = {
    # Credentials.
    "mchid": EntryWords(Sentence("商户号", "merchant number (mchid)")),
    "appid": EntryWords(Sentence("应用 ID", "app id")),
    "app_id": EntryWords(Sentence("应用 ID（支付宝）", "app id (Alipay)")),
    "serial_no": EntryWords(Sentence("商户证书序列号", "serial number of our certificate")),
    "private_key_file": EntryWords(Sentence("我们的私钥", "our private key")),
    "apiv3_key": EntryWords(
        Sentence("APIv3 密钥", "APIv3 key"),
        Sentence("用来下载平台证书", "By which the platform's certificates are fetched"),
    ),
    "platform_certificate_file": EntryWords(Sentence("平台证书", "platform certificate")),
    "platform_public_key_file": EntryWords(Sentence("平台公钥", "platform public key")),
    "platform_public_key_id": EntryWords(Sentence("平台公钥 ID", "platform public key id")),
    "alipay_public_key_file": EntryWords(
        Sentence("支付宝公钥", "Alipay's public key"),
        Sentence("是支付宝的公钥，不是应用自己的", "That of Alipay, not the app's own"),
    ),
    "alipay_certificate_file": EntryWords(Sentence("支付宝公钥证书", "Alipay's certificate")),
    "alipay_root_certificate_file": EntryWords(Sentence("支付宝根证书", "Alipay's root certificate")),
    "app_certificate_file": EntryWords(Sentence("应用公钥证书", "the app's certificate")),
    "app_auth_token": EntryWords(
        Sentence("应用授权令牌", "app authorisation token"),
        Sentence("只在代别的商户调用时需要", "Only to ask for another merchant"),
    ),
    "api_key": EntryWords(Sentence("API 密钥", "API key")),
    "merchant_id": EntryWords(Sentence("商户代码", "merchant id")),
    "terminal_id": EntryWords(Sentence("终端号", "terminal id")),
    "mac_key": EntryWords(
        Sentence("MAC 密钥", "MAC key"), Sentence("变量里是十六进制", "The variable holds it in hexadecimal")
    ),
    "acquirer_id": EntryWords(Sentence("收单机构代码", "acquirer id")),
    # Options.
    "amount_fen": EntryWords(Sentence("金额，分", "amount, fen"), _IN_FEN),
    "amount": EntryWords(
        Sentence("金额，最小单位", "amount, minor units"),
        Sentence("货币最小单位的整数，如分", "A whole number of the currency's smallest unit, such as cents"),
    ),
    "attach": EntryWords(
        Sentence("附加数据", "attached data"),
        Sentence("{{openid}} 会换成测试账户的 openid", "{{openid}} becomes the payer's openid"),
    ),
    "currency": EntryWords(
        Sentence("币种", "currency"),
        Sentence("card_json 写 cny，iso8583_json 写 156", "cny for card_json, 156 for iso8583_json"),
    ),
    "description": EntryWords(Sentence("商品描述", "description of the order")),
    "expect_status": EntryWords(
        Sentence("应有的状态码", "status to expect"),
        Sentence("用逗号隔开；空则任何 2xx", "Several with commas; empty for any 2xx"),
    ),
    "expect_text": EntryWords(
        Sentence("应有的文字", "text to expect"),
        Sentence("空则与平时的页面比较", "If empty, the page is compared with what it usually looks like"),
    ),
    "headers": EntryWords(
        Sentence("请求头", "request headers"),
        Sentence("每行一个：名称: 值", "One a line, as Name: value"),
    ),
    "notify_url": EntryWords(Sentence("通知地址", "notification address")),
    "path": EntryWords(Sentence("路径", "path"), Sentence("以 / 开头", "It begins with /")),
    "service_id": EntryWords(Sentence("支付分服务 ID", "service id of the pay score")),
    "store_id": EntryWords(Sentence("门店编号", "store id")),
    "subject": EntryWords(Sentence("订单标题", "title of the order")),
    # Payers.
    "openid": EntryWords(Sentence("openid", "openid")),
    "auth_code": EntryWords(Sentence("付款码", "payment code"), _PAID_BY_CODE),
    "alipay_auth_code": EntryWords(Sentence("支付宝付款码", "payment code of Alipay")),
    "alipay_account": EntryWords(Sentence("支付宝账号", "account at Alipay")),
    "card": EntryWords(Sentence("卡号", "card number")),
    "card_expiry": EntryWords(Sentence("卡有效期", "card expiry"), Sentence("年月：YYMM", "As YYMM")),
    # Vantages.
    "connect_to": EntryWords(
        Sentence("改连的地址", "addresses to connect to instead"),
        Sentence(
            "每行一个：主机:端口 = 主机:端口；域名和证书仍按原来的",
            "One a line, as host:port = host:port; names and certificates stay true",
        ),
    ),
    # Sources.
    "item": EntryWords(Sentence("一条内容", "one item"), _PLACE),
    "items": EntryWords(Sentence("内容列表", "list of items"), _PLACE),
    "text": EntryWords(Sentence("文字", "its text"), _PLACE),
    "time": EntryWords(Sentence("时间", "its time"), _PLACE),
    "author": EntryWords(Sentence("作者", "its author"), _PLACE),
    "link": EntryWords(Sentence("链接", "its link"), _PLACE),
    "id": EntryWords(Sentence("编号", "its id"), _PLACE),
    "next": EntryWords(Sentence("下一页", "link to the next page"), _PLACE),
    "timezone": EntryWords(
        Sentence("时区", "time zone"),
        Sentence(
            "时间没有写明时区时所用，如 Asia/Shanghai", "Of times that tell none, such as Asia/Shanghai"
        ),
    ),
    "pages": EntryWords(Sentence("最多读几页", "pages to read at most"), Sentence("1–100", "From 1 to 100")),
    "delay_seconds": EntryWords(
        Sentence("两次请求的间隔，秒", "seconds between two requests"), Sentence("0–600", "From 0 to 600")
    ),
    "may_be_empty": EntryWords(
        Sentence("可以没有内容", "may be empty"),
        Sentence("否则没有内容的页面算读不到", "Else a page without items counts as not read"),
    ),
}
FULL = Sentence("{said}。", "{said}.")
A_SECRET = Sentence(
    "写变量名 {prefix}…，密钥放在这个环境变量里，不写在这里",
    "Name a variable, {prefix}…, and put the secret there, never here",
)
A_FILE = Sentence(
    "密钥目录（SECRETS_DIR）里的文件名", "The name of a file in the folder of secrets (SECRETS_DIR)"
)

NOT_WHOLE = Sentence("{value} 不是 {least} 以上的整数。", "{value} is no whole number of at least {least}.")
NOT_IN_RANGE = Sentence(
    "{value} 不是 {least} 到 {most} 之间的数。", "{value} is no number from {least} to {most}."
)
NO_STATUS = Sentence("{value} 不是 100 到 599 的 HTTP 状态码。", "{value} is no HTTP status from 100 to 599.")
NO_PAIR = Sentence("第 {line} 行没有“{sign}”。", "Line {line} has no “{sign}”.")
TWICE = Sentence("{value} 出现了两次。", "{value} stands there twice.")
NO_ZONE = Sentence(
    "{value} 不是时区名，例如 Asia/Shanghai。", "{value} is no time zone, such as Asia/Shanghai."
)
NO_PLACE = Sentence("{value} 不是“主机:端口”。", "{value} is no host:port.")
OTHER_VARIABLE = Sentence(
    "环境变量 {name} 不能在这里引用：只有以 {prefix} 开头的可以。",
    "The environment variable {name} may not be named here: only those that begin with {prefix}.",
)
BARE_SECRET = Sentence(
    "密钥本身不能写在这里：拿到数据库或备份的人就会拿到它。请放进名为 {prefix}… 的环境变量，在这里写变量名。",
    "The secret itself must not stand here: who has the database or a backup would have it. Set a variable"
    " called {prefix}… and write its name here.",
)
NO_FILE = Sentence(
    "{value} 不在密钥目录（SECRETS_DIR）里。", "{value} lies outside the folder of secrets (SECRETS_DIR)."
)
UNKNOWN_ENTRY = Sentence("这里没有叫 {name} 的一项。", "There is no entry called {name} here.")
ALREADY_A_FIELD = Sentence("{name} 在上面有自己的栏。", "{name} has a field of its own above.")
NO_OBJECT = Sentence("这不是 JSON 对象。", "That is no JSON object.")
