"""What is said of a check that somebody tries: whose trouble it shows, and what can be done about it."""

from collections.abc import Mapping

from probes.vocabulary.bilingual import NOTHING, Bilingual
from probes.vocabulary.outcomes import Family, Outcome
from statuspage.wording.sentence import Sentence

_WHOSE: Mapping[Family, Sentence] = {
    Family.ACCEPTED: Sentence("无人有错：端点照常受理", "nobody's: the endpoint works as it should"),
    Family.TECHNICAL: Sentence(
        "对方：技术故障，是{outage}的证据", "theirs: a technical failure, evidence for an {outage}"
    ),
    Family.RISK: Sentence(
        "对方：{risk_control}拒绝了这个付款人", "theirs: {risk_control} refused this payer"
    ),
    Family.POLICY: Sentence("对方：按规定不提供", "theirs: withdrawn from this payer by decision"),
    Family.MAINTENANCE: Sentence("对方：正在{maintenance}", "theirs: they say that they are at work"),
    Family.PAYER: Sentence(
        "付款人自己：余额或账户，不说明服务好坏",
        "the payer's own: money or account, nothing about the service",
    ),
    Family.AMBIGUOUS: Sentence(
        "对方：拒绝而未说明原因，不偏向任何解释", "theirs: a refusal without a reason, which takes no side"
    ),
    Family.OURS: Sentence("我们：看不到服务，绝不算{outage}", "ours: no sight of it, never an {outage}"),
}
# The detector holds such a refusal to be theirs where every payer and place that had worked meets it at once.
_WHOSE_REFUSAL = Sentence(
    "若这个探测从未成功，是我们；若一向正常、所有付款人和检测点同时如此被拒，是对方，并算{outage}",
    "ours where this probe never worked; theirs, and an {outage}, where it did and every payer and vantage "
    "is refused so from one moment on",
)
_TO_DO: Mapping[Outcome, Sentence] = {
    Outcome.TIMEOUT: Sentence(
        "看停在哪一步、哪个阶段；若只有这个检测点如此，先查本机网络。",
        "Look at the step and phase in which it hung; where only this vantage does, at its network first.",
    ),
    Outcome.CONNECT: Sentence(
        "核对端点的地址和端口，并从另一台机器连接试试。",
        "Check the endpoint's address and port, and try to connect from another machine.",
    ),
    Outcome.DNS: Sentence(
        "核对域名，并用 dig 向另一台解析服务器查询。",
        "Check the name, and ask another resolver with dig.",
    ),
    Outcome.TLS: Sentence(
        "若证书由自己的机构签发，请设置 PROBE_CA_BUNDLE；否则看证书的期限和域名。",
        "Set PROBE_CA_BUNDLE where your own authority signed it; else look at its dates and names.",
    ),
    Outcome.PROTOCOL: Sentence(
        "对方说的不是 HTTP：核对端口和协议。",
        "That is no HTTP: check the port and the scheme.",
    ),
    Outcome.SERVER_ERROR: Sentence("自己这边无需处理。", "There is nothing to do on our side."),
    Outcome.BAD_ANSWER: Sentence(
        "把原始应答与平时的比较；若这就是正常应答，请改探测的选项或添加应答规则。",
        "Compare the raw answer with a good one; where it is one, change the options or add a code rule.",
    ),
    Outcome.SLOW: Sentence(
        "若一向如此，请放宽 slow_after_ms。",
        "Where it always takes so long, raise slow_after_ms.",
    ),
    Outcome.DECLINED_RISK: Sentence(
        "若测试账户总被拒绝，请换账户或改其风险等级。",
        "Where the test account is always refused, use another or change its risk tier.",
    ),
    Outcome.DECLINED_LIMIT: Sentence(
        "降低金额，或把检测间隔调长。", "Ask for a smaller amount, or less often."
    ),
    Outcome.DECLINED_POLICY: Sentence(
        "若测试账户从未开通此产品，请停用这个探测。",
        "Where the test account never had this product, disable the probe.",
    ),
    Outcome.DECLINED_FUNDS: Sentence("给测试账户充值。", "Put money into the test account."),
    Outcome.DECLINED_ACCOUNT: Sentence(
        "核对测试账户是否被冻结、过期或注销。", "See whether the test account is frozen, expired or closed."
    ),
    Outcome.DECLINED_UNKNOWN: Sentence(
        "若已知这个代码的含义，请添加应答规则。", "Add a code rule where you know what the code means."
    ),
    Outcome.MAINTENANCE: Sentence("等待对方完成。", "Wait until they are done."),
    Outcome.THROTTLED: Sentence(
        "把间隔调长，或请对方放宽限额。", "Ask less often, or have the limit raised."
    ),
    Outcome.UNAUTHENTICATED: Sentence(
        "按上面的提示核对密钥、证书、序列号、本机时钟或代理。",
        "Check keys, certificates, serial numbers, this machine's clock or the proxy, as the message says.",
    ),
    Outcome.MISCONFIGURED: Sentence(
        "看其他探测是否同样被拒；只有它被拒时，对照文档核对地址、路径、选项和测试账户。",
        "See whether other probes are refused alike; where only this one is, check address, path, options "
        "and test account against the provider's documentation.",
    ),
    Outcome.MISSED: Sentence(
        "这次没有问到；若一再如此，请看本机负载和日志。",
        "Nothing was asked; where that goes on, look at this machine's load and log.",
    ),
}
# By the code of an answer that never came from the endpoint.
_TO_DO_ABOUT: Mapping[str, Sentence] = {
    "PROXY_FAILED": Sentence(
        "端点并没有被问到：核对 PROBE_PROXY 和代理本身。",
        "The endpoint was not asked: check PROBE_PROXY and the proxy itself.",
    ),
    "UNSENDABLE_REQUEST": Sentence(
        "端点并没有被问到：核对端点的地址和探测的 headers 选项。",
        "The endpoint was not asked: check its address and the probe's headers.",
    ),
    "BAD_CREDENTIALS": Sentence(
        "端点并没有被问到：按上面的提示补上凭据或环境变量。",
        "The endpoint was not asked: add the credential or the environment variable that the message names.",
    ),
    "MONITOR_FAULT": Sentence(
        "这是 Fogbreak 自己的错误：详情在日志里，请报告。",
        "That is a fault of Fogbreak itself: the log has it in full, please report it.",
    ),
    "UNKNOWN_SERIAL": Sentence(
        "平台用我们没有的密钥签名：按上面的提示补上平台公钥及其 ID，或新的平台证书；原有的可以一并保留。",
        "The platform signed with a key that you do not hold: add its public key and id, or its new"
        " certificate, as the message says; those that you have may stay.",
    ),
    "NO_CERTIFICATES": Sentence(
        "该商户没有平台证书：从商户平台的「API安全」取得微信支付公钥及其 ID，填入凭据。",
        "This merchant has no platform certificates: take the public key and its id from API security in the"
        " merchant platform, and add them to the credentials.",
    ),
    "BAD_APIV3_KEY": Sentence(
        "平台证书解不开：核对 apiv3_key；它可能已在商户平台上改过。",
        "The platform's certificates do not open: check apiv3_key; the merchant platform may have a new one.",
    ),
    "UNKNOWN_SCHEME": Sentence(
        "应答的签名方式无法验证：请在商户平台上改用 SHA256-RSA2048。",
        "Answers are signed in a way that we cannot verify: choose SHA256-RSA2048 in the merchant platform.",
    ),
    "SIGN_ERROR": Sentence(
        "平台不认我们的签名：核对商户证书是否过期、序列号与私钥是否成对、本机时钟是否准确。",
        "The platform refuses our signature: see whether the merchant's certificate ran out, whether serial"
        " number and key belong together, and whether this machine's clock is right.",
    ),
    "CLOCK_SKEW": Sentence(
        "校准本机时钟（NTP），差多少见上面的提示。",
        "Set this machine's clock (NTP); the message says by how much it is off.",
    ),
    "SIGNTEST": Sentence(
        "无需处理：平台故意签错一次，以测试客户端是否验签；这次检测不算。",
        "There is nothing to do: the platform signed wrongly on purpose, to test clients; it does not count.",
    ),
    "CHANGED_PAGE": Sentence(
        "看看这个地址：若新页面是对的，请在管理后台的「页面常态」里认可它，否则一天后才会自动算作正常。",
        "Look at the address: where the new page is right, accept it under usual pages in the admin; by"
        " itself it becomes usual after a day.",
    ),
    "REDIRECTED": Sentence(
        "地址已转到别处：若属正常，请改端点的地址，或用 expect_status 写明。",
        "The address leads elsewhere now: where that is right, change the endpoint's address, or name the"
        " status in expect_status.",
    ),
}
_ALL_PASSED = Sentence("全部 {n} 步都通过。", "Steps made: {n}; all passed.")
_STOPPED_AT = Sentence("停在 {step} 这一步：{said}", "It ended at the step {step}: {said}")
PHASES: Mapping[str, Sentence] = {
    "dns": Sentence("解析域名", "name"),
    "connect": Sentence("连接", "connect"),
    "tls": Sentence("加密握手", "TLS"),
    "first_byte": Sentence("发送并等待", "send and wait"),
    "body": Sentence("读取", "read"),
}
_SLOW = Sentence(
    "应答正确，但用了 {took} 毫秒，上限是 {limit} 毫秒。",
    "The answer was right, but took {took} ms; the limit is {limit} ms.",
)
_HERE = Sentence(
    "从本机发出，按检测点 {vantage} 的设置；结果不保存。",
    "Made from this machine, with the settings of the vantage {vantage}; nothing is stored.",
)
_ELSEWHERE = Sentence(
    "这个探测属于检测点 {own}；这一次从本机发出，按检测点 {vantage} 的设置。结果不保存。",
    "The probe belongs to the vantage {own}; this check was made from this machine, with the settings "
    "of {vantage}. Nothing is stored.",
)
_BY_RULE = Sentence("应答规则：{rule}", "code rule: {rule}")
_BY_ERROR = Sentence("没有应答，错误本身说明一切", "there was no answer: the error itself")
_BY_STATUS = Sentence(
    "没有规则认得它：按 HTTP 状态推断", "no rule knows it: taken by the class of its HTTP status"
)
_STATUS_EXPECTED = Sentence("状态码为 {wanted}：得到 {got}", "status {wanted}: got {got}")
_TEXT_EXPECTED = Sentence("页面上有“{text}”", "the page has “{text}” on it")
USUAL_EXPECTED = Sentence("页面与平时一样", "the page looks as it usually does")
NOTHING_USUAL = Sentence(
    "没有写明应有的文字，平时的样子也还没学会", "no text is expected, and what is usual is not learned yet"
)
_STEP_EXPECTED = Sentence("{step} 这一步的应答合格", "the step {step} is answered as on a good day")
_SPEED_EXPECTED = Sentence("不超过 {limit} 毫秒：用了 {took}", "within {limit} ms: took {took}")
WORDS: Mapping[str, Sentence] = {
    "expected": Sentence("期望", "expected"),
    "request": Sentence("请求", "asked"),
    "time": Sentence("用时", "time"),
    "answer": Sentence("应答", "answer"),
    "no_answer": Sentence("没有应答", "no answer"),
    "not_asked": Sentence("未能发出", "nothing was sent"),
    "read_as": Sentence("读作", "read as"),
    "decided_by": Sentence("依据", "decided by"),
    "outcome": Sentence("结果", "outcome"),
    "whose": Sentence("谁的问题", "whose"),
    "to_do": Sentence("可以做", "what to do"),
    "aside": Sentence("顺带获取，不作判断", "fetched aside; decides nothing"),
    "proxy": Sentence("经由代理", "by the proxy"),
    "why": Sentence("原因", "why"),
}


def whose(outcome: Outcome) -> Bilingual:
    """Whose trouble an outcome is, as far as one check can tell."""
    return (_WHOSE_REFUSAL if outcome is Outcome.MISCONFIGURED else _WHOSE[outcome.family]).say()


def to_do(outcome: Outcome, code: str) -> Bilingual:
    """What an operator can do about an outcome, of our own codes more exactly; nothing where all is well."""
    advice = _TO_DO_ABOUT.get(code) or _TO_DO.get(outcome)
    return advice.say() if advice else NOTHING


def all_passed(steps: int) -> Bilingual:
    """Why a check was accepted."""
    return _ALL_PASSED.say(n=steps)


def stopped_at(step: str, said: str | Bilingual) -> Bilingual:
    """Which step did not pass, and what was answered there, or why nothing was asked."""
    return _STOPPED_AT.say(step=step, said=said)


def slow(*, took_ms: float, limit_ms: float) -> Bilingual:
    """Why a right answer is no good one."""
    return _SLOW.say(took=f"{took_ms:,.0f}", limit=f"{limit_ms:,.0f}")


def status_expected(wanted: str, got: str) -> Bilingual:
    """Which status was wanted, and which came."""
    return _STATUS_EXPECTED.say(wanted=wanted, got=got)


def text_expected(text: str) -> Bilingual:
    """Which text a page should hold."""
    return _TEXT_EXPECTED.say(text=text)


def step_expected(step: str) -> Bilingual:
    """That a step of a conversation should pass."""
    return _STEP_EXPECTED.say(step=step)


def speed_expected(*, took_ms: float | None, limit_ms: float) -> Bilingual:
    """How quick an answer should be, and was."""
    took = "–" if took_ms is None else f"{took_ms:,.0f} ms"
    return _SPEED_EXPECTED.say(took=took, limit=f"{limit_ms:,.0f}")


def made_from(vantage: str, *, own: str) -> Bilingual:
    """Where a tried check was made, of a probe whose own vantage is ``own``."""
    return (_HERE if vantage == own else _ELSEWHERE).say(vantage=vantage, own=own)


def decided_by(rule: str, *, answered: bool) -> Bilingual:
    """What made an answer an outcome; ``rule`` is "" where none did."""
    if rule:
        return _BY_RULE.say(rule=rule)
    return (_BY_STATUS if answered else _BY_ERROR).say()
