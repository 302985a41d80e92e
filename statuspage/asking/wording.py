"""What the two forms say, in both languages side by side: choices, answers, facts and advice."""

from collections.abc import Mapping

from probes.vocabulary.causes import Cause
from statuspage.asking.choices import ELSEWHERE, Explanation, Happened, Told
from statuspage.asking.judgement import Judgement
from statuspage.asking.situation import Situation
from statuspage.public.read.values import Text
from statuspage.public.render import wording

TITLES: Mapping[str, Text] = {
    "only_me": Text("只有我这样吗？", "Only me?"),
    "report": Text("我也遇到了", "I have it too"),
    "thanks": Text("谢谢，已记下", "Thank you, it is counted"),
}
OTHERS = Text("其他", "Others")
ELSEWHERE_NAME = Text("别的支付方式", "Something else")

HAPPENED: Mapping[Happened, Text] = {
    Happened.FAILED: Text("付不出去：失败，或一直转圈", "It fails or keeps loading"),
    Happened.REFUSED: Text("有额度、有余额，却被拒绝", "It is refused although there is credit or money"),
    Happened.LIMITED: Text("额度突然被降低或清零", "My limit was suddenly cut"),
    Happened.WITHDRAWN: Text(
        "提示不再为我提供这项服务", "I am told that this service is discontinued for me"
    ),
    Happened.STOLEN: Text("钱少了，或有不是我付的款", "Money is missing, or somebody else paid with it"),
}
SAID: Mapping[Told, Text] = {
    Told.NOTHING: Text("什么也没说", "Nothing at all"),
    Told.BUSY: Text("“系统繁忙”“网络异常”“请稍后再试”", "“System busy”, “Network error”, “Try again later”"),
    Told.RISK: Text("“交易存在风险”“综合评估未通过”", "“Transaction at risk”, “Assessment not passed”"),
    Told.LIMIT: Text("“超出限额”“额度不足”", "“Over the limit”, “Not enough credit”"),
    Told.WORK: Text("“系统维护中”“升级中”", "“Under maintenance”, “Being upgraded”"),
    Told.STOPPED: Text("“已停止服务”“暂不为您提供”", "“Service ended”, “Not available to you”"),
    Told.FUNDS: Text("“余额不足”“银行卡扣款失败”", "“Balance too low”, “Bank card was declined”"),
    Told.ACCOUNT: Text("“账户异常”“已锁定”“请验证身份”", "“Account locked”, “Verify your identity”"),
    Told.OTHER: Text("别的，或者记不清了", "Something else, or I do not remember"),
}
EXPLANATION: Mapping[Explanation, Text] = {
    Explanation.OUTAGE: Text("系统故障", "System outage"),
    Explanation.MAINTENANCE: Text("系统维护", "Maintenance"),
    Explanation.RISK_CONTROL: Text("一波风控，很多人被拒", "A wave of risk control"),
    Explanation.POLICY_CHANGE: Text("政策调整，停止服务", "Policy change: service withdrawn"),
    Explanation.ONLY_YOU: Text("只是你这边的情况", "Something of your own"),
    Explanation.THEFT: Text("可能被盗用", "Possible theft"),
    Explanation.UNKNOWN: Text("别的原因", "Something else"),
}
_MAYBE: Mapping[Explanation, Text] = {
    Explanation.OUTAGE: Text("系统故障", "a system outage"),
    Explanation.MAINTENANCE: Text("系统维护", "maintenance"),
    Explanation.RISK_CONTROL: Text("一波风控", "a wave of risk control"),
    Explanation.POLICY_CHANGE: Text("政策调整", "a policy change"),
    Explanation.ONLY_YOU: Text("你自己的情况", "something of your own"),
    Explanation.THEFT: Text("被盗用", "theft"),
}
_HEADLINE: Mapping[Explanation, Text] = {
    Explanation.OUTAGE: Text("不只是你：很可能是系统故障。", "Not only you: most likely a system outage."),
    Explanation.MAINTENANCE: Text(
        "不只是你：很可能正在维护。", "Not only you: most likely it is under maintenance."
    ),
    Explanation.RISK_CONTROL: Text(
        "不只是你：很可能是一波风控，很多人同时被拒。",
        "Not only you: most likely a wave of risk control that refuses many people.",
    ),
    Explanation.POLICY_CHANGE: Text(
        "很可能是政策调整：这项服务不再向部分用户提供。",
        "Most likely a policy change: it is no longer offered to some users.",
    ),
    Explanation.ONLY_YOU: Text(
        "很可能只是你这边的情况，别人的付款是正常的。",
        "Most likely it is only you: other people's payments go through.",
    ),
    Explanation.THEFT: Text(
        "先按被盗用处理：这笔付款可能不是你做的。",
        "Treat it as theft for now: this may not have been you.",
    ),
}
_ONLY_YOU_DURING = Text(
    "很可能是你自己的情况，与眼下的事件无关。",
    "Most likely it is something of your own, apart from what is going on now.",
)
_ONLY_YOU_BLIND = Text(
    "从你的描述看，很可能是你自己的情况。", "By what you say, most likely it is something of your own."
)
_ONLY_YOU: tuple[Text, ...] = (
    Text(
        "先查一查：有没有逾期或待还款、单笔和单日限额、余额、绑定的银行卡。",
        "Check first: overdue repayments, limits for a payment and a day, the balance, the bank card.",
    ),
    Text(
        "想一想：最近有没有换手机、换网络，或买过游戏点卡、购物卡这类容易被拦的东西。",
        "Think back: a new phone or network, or game and gift cards, which are often stopped?",
    ),
    Text(
        "更新应用，换个网络，在常用的手机上再试一次；不要连续重试。",
        "Update the app, change the network and try once more on your usual phone; not again and again.",
    ),
    Text(
        "还不行就留下截图、时间和提示，联系官方客服；急用先换一种方式付款。",
        "If it still fails, keep a screenshot, the time and the message and ask official support; "
        "pay another way until then.",
    ),
)
THEFT: tuple[Text, ...] = (
    Text(
        "马上在官方应用里锁定支付功能，并修改密码。",
        "Lock the payment in the official app now, and change the password.",
    ),
    Text(
        "核对账单：哪一笔、什么时间、付给谁，截图保存。",
        "Check the bill: which payment, when, to whom; keep a screenshot.",
    ),
    Text(
        "联系官方客服和发卡银行；确认有损失就报警。",
        "Call official support and the bank of the card; if money is lost, go to the police.",
    ),
    Text(
        "不点陌生人发来的链接，不把验证码告诉任何人，自称客服的也不行。",
        "Open no link from a stranger and tell nobody a code, not even somebody who says he is support.",
    ),
)
_DEBITED = Text(
    "系统出问题时，也会先扣了款却显示失败，这样的钱通常会退回。",
    "When a system fails, money may be taken and the payment shown as failed; it usually comes back.",
)
_UNKNOWN: tuple[Text, ...] = (
    Text(
        "先别重复付款：看看账单里有没有这一笔。",
        "Do not pay twice: first look in your bill whether the payment went through.",
    ),
    Text(
        "急用就换一种方式付款；过几分钟再来问一次。",
        "If it is urgent, pay another way; ask again here in a few minutes.",
    ),
    Text(
        "留下截图、时间和提示；一直不行就联系官方客服。",
        "Keep a screenshot, the time and the message; if it goes on, ask official support.",
    ),
)
_CAUSES = {cause.value: cause for cause in Cause}


def place_name(situation: Situation, slug: str) -> Text:
    """The name of what was tapped first, with its group where that is not said already."""
    place = situation.place(slug)
    if place is None:
        return ELSEWHERE_NAME
    if not place.group_name or place.group_name.zh in place.name.zh:
        return place.name
    return Text(f"{place.group_name.zh} · {place.name.zh}", f"{place.group_name.en} · {place.name.en}")


def headline(judgement: Judgement) -> Text:
    """The answer in a sentence."""
    likeliest = judgement.likeliest
    if likeliest is Explanation.UNKNOWN:
        return _cannot_tell(judgement)
    if likeliest is Explanation.ONLY_YOU and judgement.blind:
        return _ONLY_YOU_BLIND
    if likeliest is Explanation.ONLY_YOU and judgement.disturbed:
        return _ONLY_YOU_DURING
    return _HEADLINE[likeliest]


def _cannot_tell(judgement: Judgement) -> Text:
    named = [_MAYBE[name] for name, _ in judgement.others if name in _MAYBE]
    if not named:
        return Text("现在还说不准。", "We cannot tell yet.")
    if len(named) == 1:
        return Text(f"现在还说不准，也许是{named[0].zh}。", f"We cannot tell yet; it may be {named[0].en}.")
    first, second = named[:2]
    return Text(
        f"现在还说不准：也许是{first.zh}，也许是{second.zh}。",
        f"We cannot tell yet: it may be {first.en}, or {second.en}.",
    )


def facts(judgement: Judgement) -> tuple[Text, ...]:
    """What the answer rests on, besides the incident that is shown with it."""
    told = [_sight(judgement), _voices(judgement)]
    if judgement.planned is not None:
        end = f"{wording.local(judgement.planned.ends_at):%H:%M}"
        told.insert(
            0, Text(f"公告的维护预计 {end} 结束。", f"The announced work is planned to end at {end}.")
        )
    return tuple(fact for fact in told if fact)


def _sight(judgement: Judgement) -> Text:
    if judgement.asked.component == ELSEWHERE:
        return Text(
            "它不在我们的监测范围里，只能按你说的判断。",
            "We do not watch it: this rests on what you say alone.",
        )
    if judgement.blind:
        return Text(
            "我们现在看不到它的状况，只能按你说的判断。",
            "We cannot see at the moment how it stands: this rests on what you say alone.",
        )
    if judgement.trouble is None and judgement.planned is None and not judgement.disturbed:
        return Text("我们自己的测试付款现在没有异常。", "Our own test payments see nothing unusual now.")
    return Text("", "")


def _voices(judgement: Judgement) -> Text:
    if not judgement.same:
        return Text("过去一小时没有别人这样说。", "Nobody else said so in the past hour.")
    usual = "" if judgement.usual is None else wording.number(judgement.usual)
    people = "person" if judgement.same == 1 else "people"
    return Text(
        f"过去一小时有 {judgement.same} 人这样说" + (f"（平时 {usual} 人）。" if usual else "。"),
        f"{judgement.same} {people} said the same in the past hour"
        + (f" (usually {usual})." if usual else "."),
    )


def advice(judgement: Judgement) -> tuple[str, ...]:
    """What to do now, in the active language, the most urgent first."""
    likeliest = judgement.likeliest
    if likeliest.value in _CAUSES:
        return wording.advice(_CAUSES[likeliest.value])
    lines = {Explanation.ONLY_YOU: _ONLY_YOU, Explanation.THEFT: THEFT, Explanation.UNKNOWN: _UNKNOWN}[
        likeliest
    ]
    return tuple(str(line) for line in lines)


def guard(judgement: Judgement) -> tuple[str, ...]:
    """What to do against theft, to be safe, where something else is likelier; empty where it is not due."""
    if not judgement.guard or judgement.likeliest is Explanation.THEFT:
        return ()
    return tuple(str(line) for line in (_DEBITED, *THEFT))
