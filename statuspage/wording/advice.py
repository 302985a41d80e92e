"""What to do now: the page's lists, the short form in updates, and what concerns one reader alone."""

from collections.abc import Mapping

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from statuspage.wording.sentence import Sentence

_LISTS: Mapping[Cause, tuple[Sentence, ...]] = {
    Cause.OUTAGE: (
        Sentence(
            "先别重复付款：请先查账单，看是否已经扣款。",
            "Do not pay twice: first look in your bill whether the payment went through.",
        ),
        Sentence(
            "可改用零钱、银行卡或现金，也可以等待恢复。",
            "Use another way to pay, such as balance, bank card or cash, or wait.",
        ),
        Sentence("不是你账户的问题，无需申诉。", "Your account is not at fault; there is nothing to appeal."),
    ),
    Cause.MAINTENANCE: (
        Sentence(
            "请等{maintenance}结束，其间改用其他付款方式。",
            "Wait until the work is over; use another way to pay until then.",
        ),
        Sentence(
            "如果已经扣款，请先查账单，不要再付一次。",
            "If money left your account, look in your bill before you pay again.",
        ),
    ),
    Cause.RISK_CONTROL: (
        Sentence("其他人也被拒绝，未必是你的问题。", "Others are refused too: it need not be your fault."),
        Sentence(
            "检查是否有逾期、限额、新设备或异常交易。",
            "Check overdue repayments, limits, a new device and unusual purchases.",
        ),
        Sentence(
            "保留截图、时间和提示文字；只通过官方客服申诉。",
            "Keep a screenshot, the time and the message; appeal through official support only.",
        ),
        Sentence(
            "准备好其他付款方式；反复尝试可能使情况更糟。",
            "Have another way to pay at hand; repeated attempts can make it worse.",
        ),
    ),
    Cause.POLICY_CHANGE: (
        Sentence(
            "查看官方公告：涉及谁、从何时起。",
            "Read the official notice: who is affected, and from when.",
        ),
        Sentence("按时结清欠款，欠款仍须偿还。", "Settle what you owe on time; it stays due."),
        Sentence(
            "请改用其他付款方式，反复尝试没有用。",
            "Change to another way to pay: trying again will not help.",
        ),
    ),
}
_SHORT: Mapping[Cause, Sentence] = {
    Cause.OUTAGE: Sentence(
        "请先别重复付款，查一下账单是否已经扣款；可改用其他方式付款。",
        "Do not pay twice: first check whether the payment went through. Use another way to pay.",
    ),
    Cause.MAINTENANCE: Sentence(
        "请等{maintenance}结束后再试，期间可改用其他方式付款。",
        "Wait until it is over, or use another way to pay.",
    ),
    Cause.RISK_CONTROL: Sentence(
        "很多人同时被拒，未必是你的问题。请检查还款、限额、设备和近期交易，保留截图，通过官方客服申诉。",
        "Many are refused at once; it need not be your fault. Check repayments, limits, your device and "
        "recent purchases, keep screenshots, and appeal through official support.",
    ),
    Cause.POLICY_CHANGE: Sentence(
        "请查看官方公告涉及的对象和日期，按时结清欠款，并改用其他方式付款。",
        "Read the official notice for whom and from when, settle what you owe, and pay another way.",
    ),
}
WHILE_CALM = Sentence(
    "如果只有你付不了，请检查额度、设备和网络，再联系官方客服。",
    "If only yours fails, check your limit, device and network, then ask official support.",
)
WHILE_BLIND = Sentence(
    "如果付款失败，请先查账单再重试。", "If a payment fails, look in your bill before you try again."
)
ONLY_YOU: tuple[Sentence, ...] = (
    Sentence(
        "先查一查：有没有逾期或待还款、单笔和单日限额、余额、绑定的银行卡。",
        "Check first: overdue repayments, limits for a payment and a day, the balance, the bank card.",
    ),
    Sentence(
        "想一想：最近有没有换手机、换网络，或买过游戏点卡、购物卡这类容易被拦的东西。",
        "Think back: a new phone or network, or game and gift cards, which are often stopped?",
    ),
    Sentence(
        "更新应用，换个网络，在常用的手机上再试一次；不要连续重试。",
        "Update the app, change the network and try once more on your usual phone; not again and again.",
    ),
    Sentence(
        "还不行就留下截图、时间和提示，联系官方客服；急用先换一种方式付款。",
        "If it still fails, keep a screenshot, the time and the message and ask official support; "
        "pay another way until then.",
    ),
)
THEFT: tuple[Sentence, ...] = (
    Sentence(
        "马上在官方应用里锁定支付功能，并修改密码。",
        "Lock the payment in the official app now, and change the password.",
    ),
    Sentence(
        "核对账单：哪一笔、什么时间、付给谁，截图保存。",
        "Check the bill: which payment, when, to whom; keep a screenshot.",
    ),
    Sentence(
        "联系官方客服和发卡银行；确认有损失就报警。",
        "Call official support and the bank of the card; if money is lost, go to the police.",
    ),
    Sentence(
        "不点陌生人发来的链接，不把验证码告诉任何人，自称客服的也不行。",
        "Open no link from a stranger and tell nobody a code, not even somebody who says he is support.",
    ),
)
DEBITED = Sentence(
    "系统出问题时，也会先扣了款却显示失败，这样的钱通常会退回。",
    "When a system fails, money may be taken and the payment shown as failed; it usually comes back.",
)
UNSURE: tuple[Sentence, ...] = (
    Sentence(
        "先别重复付款：看看账单里有没有这一笔。",
        "Do not pay twice: first look in your bill whether the payment went through.",
    ),
    Sentence(
        "急用就换一种方式付款；过几分钟再来问一次。",
        "If it is urgent, pay another way; ask again here in a few minutes.",
    ),
    Sentence(
        "留下截图、时间和提示；一直不行就联系官方客服。",
        "Keep a screenshot, the time and the message; if it goes on, ask official support.",
    ),
)


def advice(cause: Cause) -> tuple[Bilingual, ...]:
    """What to do while ``cause`` holds, the most urgent first."""
    return tuple(line.say() for line in _LISTS[cause])


def short_advice(cause: Cause) -> Bilingual:
    """The same in a sentence or two, as an update ends with it."""
    return _SHORT[cause].say()
