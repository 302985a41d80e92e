"""The page on how we measure, by the name under which its template says each paragraph."""

from collections.abc import Mapping

from statuspage.wording.sentence import Sentence

UPTIME_FORMULA = Sentence(
    "可用率 = 1 − {outage}时长 ÷ 有观测的时长。只计已证实的{outage}，每次按其中最严重的支付方式计："
    "有一种完全用不了的，按全部时长计；只是部分失败或变慢的，按 {share} 计。"
    "{maintenance}、{risk_control}和{policy_change}单独列出，不算故障；"
    "我们自己看不到的时间不计入任何一边。",
    "Uptime = 1 − time lost to {outage}s ÷ time observed. Only confirmed {outage}s count, each by "
    "the worst of its payment methods: in full where one was out, at {share} where payments only partly "
    "failed or were slow. {Maintenance}, {risk_control} and "
    "{policy_change}s are listed separately and are not downtime. Time that we could not see is left out.",
)
STATES = Sentence(
    "每种支付方式各看各的：我们的测试失败 {share} 及以上的是严重故障，失败较少的是部分故障，"
    "能用但很慢的是变慢；"
    "只是疑似的，标为“疑似异常”或“用户反馈异常”。",
    "Each payment method is judged by itself: a major {outage} where {share} or more of our tests fail, "
    "a partial "
    "{outage} where fewer do, slow where it works but takes far too long. What is only suspected reads "
    "“signs of "
    "trouble” or “users report trouble”.",
)
LABELS: Mapping[str, Sentence] = {
    "about_test_payers": Sentence(
        "我们有一些测试账户，有的稳妥，有的容易被{risk_control}多看一眼，昼夜不停地从多个地点发起小额付款。"
        "根据返回的结果和用户公开的反馈，判断发生的是四种情况中的哪一种。",
        "We run test accounts, some steady and some that {risk_control} look at twice, and make small "
        "payments "
        "with them around the clock from several places. From what comes back, and from what users say in "
        "public, we work out which of four things is going on.",
    ),
    "about_causes": Sentence("四种原因", "Four causes"),
    "about_outage": Sentence(
        "不管什么账户，付款都失败或极慢：超时、服务器错误、回应损坏。",
        "Payments fail or take far too long whoever pays: time-outs, server errors, garbled answers.",
    ),
    "about_maintenance": Sentence(
        "现象相同，但事先有公告，或服务自己说明正在{maintenance}。",
        "The same, but announced beforehand, or the service itself says that it is being worked on.",
    ),
    "about_risk_control": Sentence(
        "服务本身正常，但被{risk_control}怀疑的账户遭拒，其他人大多能付。",
        "The service works, but accounts that {risk_control} distrust are declined while most others can "
        "pay.",
    ),
    "about_policy_change": Sentence(
        "对某一类用户给出同一个明确的答复，且不再恢复：这是有意停止服务。",
        "A whole group gets one clear answer and it does not come back: the service was ended for them on "
        "purpose.",
    ),
    "about_unknown": Sentence(
        "我们看不到的时候会如实说明，绝不显示为正常，也不算作故障。",
        "When we cannot see, we say so. We never show it as normal and never count it as trouble.",
    ),
    "about_states": Sentence("怎样算严重", "How bad is it"),
    "about_availability": Sentence("可用率", "Uptime"),
    "about_certainty": Sentence("疑似与证实", "Suspected and confirmed"),
    "about_certainties": Sentence(
        "疑似：有一些证据，会注明可能性。已证实：证据足以公开断言。每个事件都列出依据，以及还可能是什么。",
        "Suspected: there is some evidence, and we say how likely it is. Confirmed: there is enough to "
        "say so in "
        "public. Each incident shows what it rests on and what else it could be.",
    ),
    "about_charts": Sentence("用户反馈与测试成功率", "Reports from users and tests that went through"),
    "about_complaints": Sentence(
        "用户反馈来自公开帖子，转发只算一次，不保留任何能认出个人的内容。"
        "阴影带是过去四周同一时段五天中有四天所在的范围。测试成功率不计账户自己余额不足，"
        "也不计我们自己的差错。",
        "Reports from users are public posts, counted once however often they are passed on, and stripped of "
        "anything that could identify a person. The band shows where their number lies on four days out "
        "of five "
        "at that time of day over the past four weeks. The share of tests that went through leaves out "
        "accounts "
        "that ran out of money and our own mistakes.",
    ),
    "about_left_out": Sentence(
        "有些检测说明不了服务的好坏，不计入任何比例和图表，而是连同原因另行计数：检测地点断网、"
        "测试账户被冻结、"
        "我们请求有误或过频、密钥或时钟不被认可、自己的机器过忙。没能按时做的检测记为未检测，绝不算失败。",
        "Some checks say nothing about the service. They are in no ratio and no chart, and are counted "
        "separately "
        "with the reason: the place we asked from was offline, the test account was frozen, our request "
        "was wrong "
        "or came too often, our keys or clock were not accepted, our own machine was too busy. A check "
        "that could "
        "not be made in time counts as missed, never as failed.",
    ),
    "about_programs": Sentence(
        "供程序读取，格式同 Statuspage API，人人可用：",
        "For programs, in the format of the Statuspage API, open to everyone:",
    ),
    "about_own_fields": Sentence(
        "以 x_ 开头的字段是本站增加的：原因、可能性、是否证实，以及建议。该格式没有“情况不明”一词：此时写作 "
        "degraded_performance，并由 x_state 注明 unknown。",
        "Fields that start with x_ are ours: cause, likelihood, whether it is confirmed, and advice. The "
        "format has "
        "no word for “unknown”: there we write degraded_performance, and x_state says unknown.",
    ),
    "about_feeds": Sentence("订阅、日历与徽章", "Feeds, calendar and badges"),
    "about_badges": Sentence(
        "每种原因、每种支付方式都有各自的订阅和徽章；图片为 SVG，旁边的 JSON 供 shields.io 使用。",
        "Every cause and every payment method has feeds and badges of its own. The pictures are SVG; the "
        "JSON "
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
        "On your own page: a line that updates itself, or a frame that needs no scripts.",
    ),
    "about_own_api": Sentence(
        "是本站自有 API 的说明：原因、证据、可能性和测量数据。",
        "describes our own API: causes, evidence, likelihoods and measurements.",
    ),
}
