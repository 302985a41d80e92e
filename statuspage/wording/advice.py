"""What to do now: the page's lists, the short form in updates, and what concerns one reader alone.

Each line is for a cause and a kind of component: who repays a debt must not be told to pay another way.
What serves instead is said apart, because it may fail a minute later: it is for what is made anew by then.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from probes.vocabulary.bilingual import NOTHING, Bilingual
from probes.vocabulary.causes import Cause
from probes.vocabulary.kinds import ComponentKind
from statuspage.wording.names import spoken
from statuspage.wording.sentence import Sentence

# So many lines are read by somebody at a till, and so many of them in an update, whatever is affected.
LINES, SHORT_LINES = 4, 3
PAY, REPAY, TRANSFER, ACQUIRE, LIMIT, OTHER = ComponentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What else there is of a kind: what works now, by name; how many do not; of how many nobody knows."""

    working: tuple[Bilingual, ...] = ()
    failing: int = 0
    unknown: int = 0


_NOT_YOU = Sentence(
    "不是你账户的问题，无需申诉。", "Nothing is wrong with your account; there is nothing to appeal."
)
_PROBABLY_NOT_YOU = Sentence(
    "多半不是你账户的问题，先别申诉。",
    "Probably nothing is wrong with your account; do not appeal yet.",
)
_DUE = Sentence(
    "今天到期的：保留截图和时间，联系官方客服说明，能还时尽快还。",
    "If it is due today: keep a screenshot with the time, tell official support, and repay as soon as "
    "you can.",
)
_KEEP = Sentence(
    "保留截图、时间和提示文字；只通过官方客服申诉。",
    "Keep a screenshot, the time and the message; appeal only through official support.",
)
_WAIT = Sentence("请等{maintenance}结束。", "Wait until the {maintenance} is over.")
_OTHERS_TOO = Sentence(
    "其他人也被拒绝，未必是你的问题。", "Others are being declined too, so it may not be anything you did."
)
_CHECK_ACCOUNT = Sentence(
    "检查是否有逾期、限额、新设备或异常交易；别反复尝试，可能更糟。",
    "Check for overdue repayments, limits, a new device or unusual purchases. Retrying again and again can "
    "make it worse.",
)
_NOTICE = Sentence(
    "查看官方公告：涉及谁、从何时起。", "Read the official notice: who is affected, and from when."
)
_SETTLE = Sentence("已有的欠款仍须按时还清。", "What you owe is still due; pay it on time.")
_USELESS = Sentence("反复尝试没有用。", "Trying again will not help.")
_NOT_TWICE: Mapping[ComponentKind, Sentence] = {
    PAY: Sentence(
        "先别重复付款：请先查账单，看是否已经扣款。",
        "Do not pay twice: check your bill first to see whether the payment went through.",
    ),
    REPAY: Sentence(
        "先别重复还款：请先查账单，看是否已经入账。",
        "Do not repay twice: check your bill first to see whether the repayment was booked.",
    ),
    TRANSFER: Sentence(
        "先别重复转账：请先查账单，看钱是否已经转出。",
        "Do not transfer twice: check your bill first to see whether the money has left.",
    ),
    ACQUIRE: Sentence(
        "交货前先在商户后台确认到账，别让顾客重复付款。",
        "Before handing over goods, check in your merchant account that the money has arrived; "
        "do not let customers pay twice.",
    ),
    LIMIT: Sentence(
        "额度查不到或显示异常，不等于额度被取消；过后再看。",
        "A limit that is missing or looks wrong has not necessarily been cut; check again later.",
    ),
    OTHER: Sentence(
        "重试之前先查记录，免得重复操作。",
        "Check your records before you try again, so that nothing is done twice.",
    ),
}
_LISTS: Mapping[Cause, Mapping[ComponentKind, tuple[Sentence, ...]]] = {
    Cause.OUTAGE: {
        PAY: (_NOT_TWICE[PAY], _NOT_YOU),
        REPAY: (_NOT_TWICE[REPAY], _DUE, _NOT_YOU),
        TRANSFER: (_NOT_TWICE[TRANSFER], _NOT_YOU),
        ACQUIRE: (_NOT_TWICE[ACQUIRE],),
        LIMIT: (_NOT_TWICE[LIMIT], _NOT_YOU),
        OTHER: (_NOT_TWICE[OTHER], _NOT_YOU),
    },
    Cause.MAINTENANCE: {
        PAY: (_WAIT, _NOT_TWICE[PAY]),
        REPAY: (_WAIT, _DUE, _NOT_TWICE[REPAY]),
        TRANSFER: (_WAIT, _NOT_TWICE[TRANSFER]),
        ACQUIRE: (_WAIT, _NOT_TWICE[ACQUIRE]),
        LIMIT: (_WAIT, _NOT_TWICE[LIMIT]),
        OTHER: (_WAIT, _NOT_TWICE[OTHER]),
    },
    Cause.RISK_CONTROL: {
        PAY: (_OTHERS_TOO, _CHECK_ACCOUNT, _KEEP),
        REPAY: (
            _OTHERS_TOO,
            _DUE,
            Sentence(
                "检查还款用的银行卡和限额；别反复尝试，可能更糟。",
                "Check the bank card you repay from and its limits. Retrying again and again can make it "
                "worse.",
            ),
        ),
        TRANSFER: (_OTHERS_TOO, _CHECK_ACCOUNT, _KEEP),
        ACQUIRE: (
            Sentence(
                "其他商户的顾客也被拒绝，未必是你或这位顾客的问题。",
                "Customers of other shops are being declined too; it may be nothing that you or your "
                "customer did.",
            ),
            Sentence(
                "别让顾客反复尝试，可能更糟。",
                "Do not let customers retry again and again: that can make it worse.",
            ),
            _KEEP,
        ),
        LIMIT: (
            Sentence(
                "其他人的额度也受影响，未必是你的问题。",
                "Other people's limits are affected too, so it may not be anything you did.",
            ),
            _CHECK_ACCOUNT,
            _KEEP,
        ),
        OTHER: (_OTHERS_TOO, _KEEP),
    },
    Cause.POLICY_CHANGE: {
        PAY: (_NOTICE, _SETTLE, _USELESS),
        REPAY: (
            _NOTICE,
            _SETTLE,
            Sentence("按公告写明的办法还款。", "Repay the way the notice says."),
        ),
        TRANSFER: (_NOTICE, _USELESS),
        ACQUIRE: (
            _NOTICE,
            Sentence(
                "已收的款项何时结算，以公告和收单机构的答复为准。",
                "The notice and your acquirer will tell you when money you have taken is paid out.",
            ),
        ),
        LIMIT: (_NOTICE, _SETTLE),
        OTHER: (_NOTICE, _SETTLE),
    },
}
_WORKING: Mapping[ComponentKind, Sentence] = {
    PAY: Sentence("现在可用：{names}。", "Working now: {names}."),
    REPAY: Sentence("现在可以这样还款：{names}。", "You can repay now by: {names}."),
    TRANSFER: Sentence("现在可以这样转账：{names}。", "You can transfer now by: {names}."),
    ACQUIRE: Sentence("现在可以这样收款：{names}。", "You can take payments now by: {names}."),
}
_NONE_ELSE: Mapping[ComponentKind, Sentence] = {
    PAY: Sentence("急用请付现金。", "If it is urgent, pay in cash."),
    ACQUIRE: Sentence("急用请收现金。", "If it is urgent, take cash."),
}
_NONE_WORKS: Mapping[ComponentKind, Sentence] = {
    PAY: Sentence(
        "我们看到的其他付款方式现在也有问题；急用请付现金。",
        "The other payment methods we watch have problems too; if it is urgent, pay in cash.",
    ),
    ACQUIRE: Sentence(
        "我们看到的其他收款方式现在也有问题；急用请收现金。",
        "The other ways to take payments that we watch have problems too; if it is urgent, take cash.",
    ),
}
_NONE_KNOWN: Mapping[ComponentKind, Sentence] = {
    PAY: Sentence(
        "其他付款方式现在情况不明；急用请付现金。",
        "We do not know whether other payment methods work right now; if it is urgent, pay in cash.",
    ),
    ACQUIRE: Sentence(
        "其他收款方式现在情况不明；急用请收现金。",
        "We do not know whether other ways to take payments work right now; if it is urgent, take cash.",
    ),
}
_SEE_THE_PAGE = Sentence("现在还有哪些方式可用，见状态页。", "See the status page for what works instead.")
WHILE_CALM = Sentence(
    "如果只有你付不了，请检查额度、设备和网络，再联系官方客服。",
    "If only yours fails, check your limit, device and network, then ask official support.",
)
WHILE_BLIND = Sentence(
    "如果付款失败，请先查账单再重试。", "If a payment fails, check your bill before you try again."
)
_SUPPORT = Sentence(
    "还不行就留下截图、时间和提示，联系官方客服。",
    "If it still fails, keep a screenshot, the time and the message, and ask official support.",
)
ONLY_YOU: tuple[Sentence, ...] = (
    Sentence(
        "先查一查：有没有逾期或待还款、单笔和单日限额、余额、绑定的银行卡。",
        "Check first: overdue repayments, limits per payment and per day, your balance, your bank card.",
    ),
    Sentence(
        "想一想：最近有没有换手机、换网络，或买过游戏点卡、购物卡这类容易被拦的东西。",
        "Think back: a new phone or network? Or game or gift cards, which are often stopped?",
    ),
    Sentence(
        "更新应用，换个网络，在常用的手机上再试一次；不要连续重试。",
        "Update the app, switch networks and try once more on your usual phone, but not again and again.",
    ),
    _SUPPORT,
)
THEFT: tuple[Sentence, ...] = (
    Sentence(
        "马上在官方应用里锁定支付功能，并修改密码。",
        "Lock payments in the official app now, and change your password.",
    ),
    Sentence(
        "核对账单：哪一笔、什么时间、付给谁，截图保存。",
        "Check your bill: which payment, when, to whom. Keep a screenshot.",
    ),
    Sentence(
        "联系官方客服和发卡银行；确认有损失就报警。",
        "Contact official support and the bank that issued the card; if money is gone, go to the police.",
    ),
    Sentence(
        "不点陌生人发来的链接，不把验证码告诉任何人，自称客服的也不行。",
        "Never open links from strangers or tell anyone a verification code, even if they say they are "
        "support.",
    ),
)
DEBITED = Sentence(
    "系统出问题时，也会先扣了款却显示失败，这样的钱通常会退回。",
    "When a system fails, money may be taken although the payment shows as failed; it usually comes back.",
)
_ASK_AGAIN = Sentence("过几分钟再来问一次。", "Ask again here in a few minutes.")


def advice(cause: Cause, kinds: Iterable[ComponentKind], *, confirmed: bool = True) -> tuple[Bilingual, ...]:
    """What to do while ``cause`` holds for components of these kinds, the most urgent first.

    Of what is not ``confirmed`` nobody is told that it cannot be their account.

    Of several kinds, what comes first for each is said before what comes second for any; nothing is said
    twice, and :data:`LINES` in all.
    """
    lists = [_LISTS[cause][kind] for kind in _in_order(kinds)]
    deepest = max(map(len, lists))
    lines = dict.fromkeys(told[depth] for depth in range(deepest) for told in lists if depth < len(told))
    if not confirmed and _NOT_YOU in lines:
        lines = {_PROBABLY_NOT_YOU if line is _NOT_YOU else line: None for line in lines}
    return tuple(line.say() for line in lines)[:LINES]


def short_advice(cause: Cause, kinds: Iterable[ComponentKind]) -> Bilingual:
    """The same in a few sentences that stay true, as an update ends with it."""
    wanted = _in_order(kinds)
    told = sum(advice(cause, wanted)[:SHORT_LINES], NOTHING)
    return told + _SEE_THE_PAGE.say() if any(kind in _WORKING for kind in wanted) else told


def other_ways(
    kinds: Iterable[ComponentKind], beside: Mapping[ComponentKind, Beside]
) -> tuple[Bilingual, ...]:
    """What serves at this moment instead of components of these kinds, as far as it is known."""
    lines = [_instead_of(kind, beside.get(kind, Beside())) for kind in _in_order(kinds)]
    return tuple(line for line in lines if line)


def unsure(kind: ComponentKind) -> tuple[Bilingual, ...]:
    """What to do where nobody can tell what it is."""
    return tuple(line.say() for line in (_NOT_TWICE[kind], _ASK_AGAIN, _SUPPORT))


def _in_order(kinds: Iterable[ComponentKind]) -> list[ComponentKind]:
    wanted = set(kinds) or {OTHER}
    return [kind for kind in ComponentKind if kind in wanted]


def _instead_of(kind: ComponentKind, beside: Beside) -> Bilingual:
    if beside.working and kind in _WORKING:
        return _WORKING[kind].say(names=spoken(beside.working))
    table = _NONE_KNOWN if beside.unknown else _NONE_WORKS if beside.failing else _NONE_ELSE
    return table[kind].say() if kind in table else NOTHING
