"""The sentences at the top of the page: how things stand, and what that rests on."""

from collections.abc import Mapping

from probes.vocabulary.causes import Cause
from probes.vocabulary.exclusions import Exclusion
from statuspage.wording.sentence import Counted, Sentence

CALM = Sentence("支付一切正常", "Payments are working normally")
PARTLY_SEEN = Sentence(
    "看得到的都正常；{names}情况不明", "Everything we can see works; we do not know about {names}"
)
STATES = Sentence("{names}：{state}", "{names}: {state}")
BEGINNING = Sentence(
    "目前情况不明：我们刚刚开始检测", "We do not know yet: our own monitoring has only just started"
)
STOPPED = Sentence("目前情况不明：我们自己的检测停了", "We do not know: our own monitoring has stopped")
JUDGING_ANEW = Sentence(
    "目前情况不明：我们正在重新判断", "We do not know yet: we are judging everything anew"
)
SEES_NOTHING = Sentence(
    "目前情况不明：我们的检测暂时看不到结果",
    "We do not know: our own monitoring cannot see anything at the moment",
)
WATCHES_NOTHING = Sentence(
    "目前情况不明：我们现在没有检测任何支付方式",
    "We do not know: we are not checking any payment method at the moment",
)
BLIND_BECAUSE: Mapping[Exclusion, Sentence] = {
    Exclusion.UNAUTHENTICATED: Sentence(
        "看不到{names}：我们自己的访问凭证需要更新",
        "we cannot see {names}: our own credentials need renewing",
    ),
    Exclusion.MISCONFIGURED: Sentence(
        "看不到{names}：我们自己的检测请求有误", "we cannot see {names}: our own requests are wrong"
    ),
    Exclusion.THROTTLED: Sentence(
        "看不到{names}：我们检测得太频繁，被对方限流",
        "we cannot see {names}: we ask too often and are being turned away",
    ),
    Exclusion.VANTAGE_LOST: Sentence(
        "看不到{names}：我们自己的网络断了", "we cannot see {names}: our own network is down"
    ),
    Exclusion.PERSONA_FROZEN: Sentence(
        "看不到{names}：我们的测试账户被冻结", "we cannot see {names}: our test accounts are frozen"
    ),
    Exclusion.STARVED: Sentence(
        "看不到{names}：我们自己的机器过忙", "we cannot see {names}: our own machine is overloaded"
    ),
}
PAUSED = Sentence(
    "{names}的测试暂停中，情况未知", "our tests of {names} are paused: how things stand there is not known"
)
PAUSED_UNTIL = Sentence(
    "{names}的测试暂停到 {until}，其间情况未知",
    "our tests of {names} are paused until {until}: how things stand there is not known",
)
NOT_SEEN = Sentence(
    "看不到{names}：很久没有检测结果", "we cannot see {names}: there has been no result for too long"
)
IN_FULL = Sentence("{said}。", "{said}.")
SAYS_NOTHING = Sentence(
    "这既不代表支付有问题，也不代表没问题", "this says nothing about payments, good or bad"
)
SO_FAR = Sentence("已 {span}", "{span} so far")
NOT_CONFIRMED = Sentence("尚未证实，正在核实", "not confirmed yet; we are checking")
NOT_MET = Sentence("我们自己的测试没有遇到", "our own tests have not run into it")
CANNOT_SEE = Sentence("我们自己现在看不到", "we cannot see it ourselves right now")
NOTHING_UNUSUAL = Sentence("我们从 {places}做的 {checks}都正常", "{checks} from {places} all look normal")
CHECKS = Counted("{n} 项检测", "{n} check", "{n} checks")
PLACES = Counted("{n} 个地点", "{n} place", "{n} places")
LOST_PLACES = Sentence(
    "我们在{names}的网络断了，那里的检测不作数",
    "our own network in {names} is down; checks from there are left out",
)
UNREAD_SOURCES = Sentence(
    "现在读不到{names}上的帖子，那里没人说不代表没人遇到",
    "we cannot read posts on {names} right now; silence there says nothing",
)
COMPLAINTS = Counted(
    "过去一小时 {n} 人反馈（平时{usual}）",
    "{n} person reported trouble in the past hour (usually {usual})",
    "{n} people reported trouble in the past hour (usually {usual})",
)
JUST_ENDED = Sentence("其中包括 {span}前结束的事件", "that includes an incident that ended {span} ago")
NO_CAUSE_SEEN = Sentence(
    "比平时多，但我们的检测没有发现原因", "more than usual, but our checks show no cause"
)
# Just recovered.
RECOVERED: Mapping[Cause, Sentence] = {
    Cause.OUTAGE: Sentence("{names}：已恢复正常", "{names}: back to normal"),
    Cause.MAINTENANCE: Sentence("{names}：{maintenance}已结束", "{names}: {maintenance} is over"),
    Cause.RISK_CONTROL: Sentence(
        "{names}：被拒的{attempts}已回到平时水平",
        "{names}: declined {attempts} are back to their usual level",
    ),
    Cause.POLICY_CHANGE: Sentence("{names}：已重新提供服务", "{names}: offered again"),
}
WHAT_IT_WAS = Sentence(
    "刚才是{cause}，历时 {span}，{ago}前结束", "{cause}; it lasted {span} and ended {ago} ago"
)
STILL_FAILING = Sentence(
    "仍然不行？点“只有我这样吗？”，看看可能是什么原因。",
    "Still not working? “Is it just me?” tells you what may be behind it.",
)
# What a badge has room for.
POSSIBLE = Sentence("疑似{cause}", "possible {cause}")
