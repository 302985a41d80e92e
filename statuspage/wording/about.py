"""The page on how we measure, by the name under which its template says each paragraph."""

from collections.abc import Mapping

from statuspage.wording.sentence import Sentence

UPTIME_FORMULA = Sentence(
    "可用率 = 1 − {outage}时长 ÷ 有观测的时长。只计已确认的{outage}：重大和严重故障按全部时长计，轻微故障按 "
    "{share} 计。{maintenance}、{risk_control}和{policy_change}单独列出，不算故障；"
    "监测自身看不到的时间不计入任何一边。",
    "Uptime = 1 − time lost to {outage}s ÷ time observed. Only confirmed {outage}s count: major and "
    "critical ones in full, minor ones at {share}. {Maintenance}, {risk_control} and {policy_change}s "
    "are shown on their own and are not downtime; time that the monitor could not see is left out.",
)
LABELS: Mapping[str, Sentence] = {
    "about_test_payers": Sentence(
        "我们的测试账户，有的稳健，有的会被{risk_control}多看一眼，日夜从多处发起小额付款。"
        "结合返回的结果和用户的公开反馈，判断发生的是四种情况中的哪一种。",
        "Test payers of ours, some steady and some that a risk engine looks at twice, start small payments "
        "around the clock from several places. What comes back, and what users say in public, tells which "
        "of four things is going on.",
    ),
    "about_causes": Sentence("四种原因", "Four causes"),
    "about_outage": Sentence(
        "各类付款人都付款失败或极慢：超时、服务器错误、应答损坏。",
        "Payments fail or crawl for payers of every kind: time-outs, server errors, broken answers.",
    ),
    "about_maintenance": Sentence(
        "现象相同，但事先有公告，或服务自己说明正在{maintenance}。",
        "The same, but announced, or the service itself says that it is being worked on.",
    ),
    "about_risk_control": Sentence(
        "服务本身健康，但被{risk_control}怀疑的付款人遭拒，其他人大多能付。",
        "The service is healthy, but payers whom a risk engine distrusts are refused while the others "
        "mostly pass.",
    ),
    "about_policy_change": Sentence(
        "对某一类用户给出同一明确答复，且不再恢复：服务已被决定停止。",
        "One clear answer to all of a group, which does not come back: the service was withdrawn by "
        "decision.",
    ),
    "about_unknown": Sentence(
        "我们看不到的时候会如实说明，绝不显示为正常，也不算作故障。",
        "Where our own measuring was blind we say so. It is never shown as normal and never counted as "
        "trouble.",
    ),
    "about_availability": Sentence("可用率", "Availability"),
    "about_certainty": Sentence("疑似与证实", "Suspected and confirmed"),
    "about_certainties": Sentence(
        "疑似：已有一些证据，并注明概率。已证实：证据足以公开断言。每个事件都列出依据，以及其他可能。",
        "Suspected: some evidence, said with its probability. Confirmed: enough evidence to say so in "
        "public. Each incident shows what it rests on, and what else it might be.",
    ),
    "about_charts": Sentence("用户反馈与受理率", "Complaints and acceptance"),
    "about_complaints": Sentence(
        "用户反馈来自公开帖子，转发只算一次，不保留任何可识别个人的内容。"
        "阴影带是过去四周同一时段五天中有四天所在的范围。受理率不计付款人自身余额不足，"
        "也不计我们自己的差错。",
        "Complaints are public posts, counted once however often they are passed on, without anything that "
        "names a person. The band is where their number lies on four days of five at that time of day over "
        "the past four weeks. Accepted payments leave out the payer's own lack of money and our own "
        "mistakes.",
    ),
    "about_left_out": Sentence(
        "对服务不说明任何问题的检测，不计入任何比例和图表，而是连同原因另行计数：检测点断网、测试账户被冻结、"
        "我们请求有误或过频、密钥或时钟不被认可、自己的机器过忙。未能按时进行的检测记为未检测，绝不算失败。",
        "Checks that say nothing about the service are in no ratio and no chart, and are counted apart with "
        "their reason: the place that asked was cut off, the test account was frozen, we asked wrongly or "
        "too often, our keys or clock were not accepted, our own machine was too busy. A check that could "
        "not be made in time is missed, never failed.",
    ),
    "about_programs": Sentence(
        "供程序读取，格式同 Statuspage API，人人可用：",
        "For programs, in the form of the Statuspage API, open to everyone:",
    ),
    "about_own_fields": Sentence(
        "以 x_ 开头的字段是本站增加的：原因、置信度和是否证实。该格式没有“未知”一词：此时写作 "
        "degraded_performance，并由 x_state 注明 unknown。",
        "Fields that begin with x_ are ours: cause, confidence and certainty. That form has no word for "
        "unknown: there it is degraded_performance, and x_state says unknown.",
    ),
    "about_feeds": Sentence("订阅、日历与徽章", "Feeds, calendar and badges"),
    "about_badges": Sentence(
        "每种原因、每种支付方式都有各自的订阅和徽章；图片为 SVG，旁边的 JSON 供 shields.io 使用。",
        "Every cause and every payment method has its own feeds and badges; pictures are SVG, and the JSON "
        "beside them is for shields.io.",
    ),
    "about_updates": Sentence(
        "history 中每个事件是一个条目，内容随进展更新；updates 中每条进展各是一个条目，"
        "适合不再次显示已读条目的阅读器。",
        "In history every incident is one entry, which changes as it goes on; in updates every update is an "
        "entry of its own, for readers that do not show an entry twice.",
    ),
    "about_embedding": Sentence(
        "放在您自己的网页上：一行会自动更新的状态，或不需要脚本的框架。",
        "On your own page: a line that renews itself, or a frame that works without scripts.",
    ),
    "about_own_api": Sentence(
        "是本站自有 API 的说明：原因、证据、概率和测量数据。",
        "describes our own API: causes, evidence, probabilities and measurements.",
    ),
}
