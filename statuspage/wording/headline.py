"""The sentences at the top of the page: how things stand, and what that rests on."""

from collections.abc import Mapping

from probes.vocabulary.exclusions import Exclusion
from statuspage.wording.sentence import Counted, Sentence

CALM = Sentence("支付一切正常。", "Payments work normally.")
PARTLY_SEEN = Sentence(
    "能看到的都正常；{names}情况不明。", "What we can see works; of {names} we do not know."
)
STATES = Sentence("{names}：{state}", "{names}: {state}")
BEGINNING = Sentence(
    "目前情况不明：我们的检测刚刚开始。",
    "We do not know yet how things stand: our own measuring is only beginning.",
)
STOPPED = Sentence(
    "目前情况不明：我们自己的检测已停止。",
    "We do not know how things stand: our own measuring has stopped.",
)
SEES_NOTHING = Sentence(
    "目前情况不明：我们的检测暂时看不到结果。",
    "We do not know how things stand: our own measuring sees nothing at the moment.",
)
BLIND_BECAUSE: Mapping[Exclusion, Sentence] = {
    Exclusion.UNAUTHENTICATED: Sentence(
        "看不到{names}：我们自己的访问凭证需要更新",
        "we cannot see {names}: our own access has to be renewed",
    ),
    Exclusion.MISCONFIGURED: Sentence(
        "看不到{names}：我们自己的检测请求有误",
        "we cannot see {names}: our own requests are at fault",
    ),
    Exclusion.THROTTLED: Sentence(
        "看不到{names}：我们自己的检测请求过于频繁，被对方限流",
        "we cannot see {names}: our own checks are too many for them",
    ),
    Exclusion.VANTAGE_LOST: Sentence(
        "看不到{names}：我们自己的网络断了", "we cannot see {names}: our own network is down"
    ),
    Exclusion.PERSONA_FROZEN: Sentence(
        "看不到{names}：我们的测试账户被冻结", "we cannot see {names}: our test accounts are frozen"
    ),
    Exclusion.STARVED: Sentence(
        "看不到{names}：我们自己的机器过忙", "we cannot see {names}: our own machine is too busy"
    ),
}
SAYS_NOTHING = Sentence(
    "这不说明支付服务是好是坏。", "This says nothing about the payment services, good or bad."
)
SO_FAR = Sentence("已持续 {span}", "for {span} so far")
NOT_CERTAIN = Sentence(
    "尚未证实（可能性 {share}），正在继续核实", "not yet certain ({share}); we keep checking"
)
NOTHING_UNUSUAL = Sentence("{vantages}、{probes}均未见异常", "{probes} from {vantages} see nothing unusual")
PROBES = Counted("{n} 项检测", "{n} probe", "{n} probes")
LOST_VANTAGES = Sentence(
    "探测点“{names}”自身断网，已排除", "our vantage {names} has lost its network and is left out"
)
UNREAD_SOURCES = Sentence(
    "现在读不到：{names}；那里没有帖子不代表没人抱怨",
    "posts cannot be read now at: {names}; silence there says nothing",
)
COMPLAINTS = Counted(
    "过去一小时 {n} 条反馈（平时 {usual} 条）",
    "{n} complaint in the past hour (usually {usual})",
    "{n} complaints in the past hour (usually {usual})",
)
JUST_ENDED = Sentence("其中包括 {span}前结束的事件", "the hour holds an incident that ended {span} ago")
NO_CAUSE_SEEN = Sentence(
    "比平时多，但我们的检测没有发现原因", "that is more than usual; our checks show no cause"
)
