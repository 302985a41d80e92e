"""What the two forms ask and answer: "Only me?" and "I have it too"."""

from collections.abc import Mapping

from probes.vocabulary.choices import Explanation, Happened, Told
from statuspage.wording.sentence import Counted, Sentence

OTHERS = Sentence("其他", "Others")
ELSEWHERE = Sentence("别的支付方式", "Something else")

HAPPENED: Mapping[Happened, Sentence] = {
    Happened.FAILED: Sentence("付不出去：失败，或一直转圈", "It fails or keeps loading"),
    Happened.REFUSED: Sentence("有额度、有余额，却被拒绝", "It is refused although there is credit or money"),
    Happened.LIMITED: Sentence("额度突然被降低或清零", "My limit was suddenly cut"),
    Happened.WITHDRAWN: Sentence(
        "提示不再为我提供这项服务", "I am told that this service is discontinued for me"
    ),
    Happened.STOLEN: Sentence("钱少了，或有不是我付的款", "Money is missing, or somebody else paid with it"),
}
# What apps say, in their words: they stay as they are whatever we call a cause.
TOLD: Mapping[Told, Sentence] = {
    Told.NOTHING: Sentence("什么也没说", "Nothing at all"),
    Told.BUSY: Sentence(
        "“系统繁忙”“网络异常”“请稍后再试”", "“System busy”, “Network error”, “Try again later”"
    ),
    Told.RISK: Sentence("“交易存在风险”“综合评估未通过”", "“Transaction at risk”, “Assessment not passed”"),
    Told.LIMIT: Sentence("“超出限额”“额度不足”", "“Over the limit”, “Not enough credit”"),
    Told.WORK: Sentence("“系统维护中”“升级中”", "“Under maintenance”, “Being upgraded”"),
    Told.STOPPED: Sentence("“已停止服务”“暂不为您提供”", "“Service ended”, “Not available to you”"),
    Told.FUNDS: Sentence("“余额不足”“银行卡扣款失败”", "“Balance too low”, “Bank card was declined”"),
    Told.ACCOUNT: Sentence("“账户异常”“已锁定”“请验证身份”", "“Account locked”, “Verify your identity”"),
    Told.OTHER: Sentence("别的，或者记不清了", "Something else, or I do not remember"),
}
ANSWERS: Mapping[Explanation, Sentence] = {
    Explanation.OUTAGE: Sentence(
        "不只是你：很可能是{outage}。", "Not only you: most likely a system {outage}."
    ),
    Explanation.MAINTENANCE: Sentence(
        "不只是你：很可能正在{maintenance}。", "Not only you: most likely it is under {maintenance}."
    ),
    Explanation.RISK_CONTROL: Sentence(
        "不只是你：很可能是一波{risk_control}，很多人同时被拒。",
        "Not only you: most likely a wave of {risk_control} that refuses many people.",
    ),
    Explanation.POLICY_CHANGE: Sentence(
        "很可能是{policy_change}：这项服务不再向部分用户提供。",
        "Most likely a {policy_change}: it is no longer offered to some users.",
    ),
    Explanation.ONLY_YOU: Sentence(
        "很可能只是你这边的情况，别人的付款是正常的。",
        "Most likely it is only you: other people's payments go through.",
    ),
    Explanation.THEFT: Sentence(
        "先按被盗用处理：这笔付款可能不是你做的。",
        "Treat it as theft for now: this may not have been you.",
    ),
    Explanation.UNKNOWN: Sentence("现在还说不准。", "We cannot tell yet."),
}
ONE_GUESS = Sentence("现在还说不准，也许是{guess}。", "We cannot tell yet; it may be {guess}.")
TWO_GUESSES = Sentence(
    "现在还说不准：也许是{first}，也许是{second}。",
    "We cannot tell yet: it may be {first}, or {second}.",
)
ONLY_YOU_DURING = Sentence(
    "很可能是你自己的情况，与眼下的事件无关。",
    "Most likely it is something of your own, apart from what is going on now.",
)
ONLY_YOU_BLIND = Sentence(
    "从你的描述看，很可能是你自己的情况。",
    "By what you say, most likely it is something of your own.",
)
PLANNED_END = Sentence(
    "公告的{maintenance}预计 {end} 结束。", "The announced work is planned to end at {end}."
)
NOT_WATCHED = Sentence(
    "它不在我们的监测范围里，只能按你说的判断。",
    "We do not watch it: this rests on what you say alone.",
)
NOT_SEEN = Sentence(
    "我们现在看不到它的状况，只能按你说的判断。",
    "We cannot see at the moment how it stands: this rests on what you say alone.",
)
NOTHING_UNUSUAL = Sentence(
    "我们自己的测试付款现在没有异常。", "Our own test payments see nothing unusual now."
)
NOBODY_ELSE = Sentence("过去一小时没有别人这样说。", "Nobody else said so in the past hour.")
SAME = Counted(
    "过去一小时有 {n} 人这样说。",
    "{n} person said the same in the past hour.",
    "{n} people said the same in the past hour.",
)
SAME_AND_USUAL = Counted(
    "过去一小时有 {n} 人这样说（平时 {usual} 人）。",
    "{n} person said the same in the past hour (usually {usual}).",
    "{n} people said the same in the past hour (usually {usual}).",
)
QUESTIONS: Mapping[str, Sentence] = {
    "only_me": Sentence("只有我这样吗？", "Only me?"),
    "report": Sentence("我也遇到了", "I have it too"),
    "thanks": Sentence("谢谢，已记下", "Thank you, it is counted"),
    "paying_with": Sentence("你在用什么付款？", "What were you paying with?"),
    "what_happened": Sentence("发生了什么？", "What happened?"),
    "what_said": Sentence("它说了什么？", "What did it say?"),
    "only_me_lead": Sentence(
        "点三下，看看是大家都这样，还是只有你。不需要账号，你填的内容也不会保存。",
        "Three taps, and you know whether it is everybody or you. No account is needed, and nothing that "
        "you enter is kept.",
    ),
    "paste": Sentence("或者把提示原文贴在这里", "Or paste the message here"),
    "paste_privacy": Sentence(
        "只看一遍，不保存。请不要贴姓名和号码。",
        "It is read once and not kept. Leave out names and numbers.",
    ),
    "see_answer": Sentence("看结果", "See the answer"),
    "report_lead": Sentence(
        "你的反馈能让别人早点知道。不需要账号，也不记录你是谁。",
        "Your report helps others to know sooner. No account is needed; who you are is not stored.",
    ),
    "leave_empty": Sentence("这里请留空", "Leave this empty"),
    "message": Sentence("你看到的提示（没有可不填）", "The message that you saw, if there was one"),
    "message_privacy": Sentence(
        "请不要填姓名和号码；看起来像的内容会在保存前删去。文字可能会被引用。",
        "Leave out names and numbers; what looks like one is cut before it is stored. It may be quoted.",
    ),
    "send": Sentence("提交反馈", "Send the report"),
    "change": Sentence("修改", "Change"),
}
REFUSALS: Mapping[str, Sentence] = {
    "crowded": Sentence(
        "过去一小时里，来自你所在网络的反馈已经足够，这次不再计入。谢谢。",
        "Enough was heard from your network within the past hour; yours is not counted again. Thank you.",
    ),
    "expired": Sentence(
        "这张表单打开太久或已经提交过，请再提交一次。",
        "This form was open for too long or was sent already. Please send it once more.",
    ),
    "hasty": Sentence(
        "这张表单打开不到一秒就提交了，像是程序发的，请再提交一次。",
        "This form was sent within a second, as programs do. Please send it once more.",
    ),
    "foreign": Sentence(
        "这张表单是从别的网站提交的，请在这里提交。",
        "This form was sent from another site. Please send it from here.",
    ),
    "incomplete": Sentence("还差一步，请在下面选择。", "Something is missing: please choose below."),
}
REPLIES: Mapping[str, Sentence | Counted] = {
    "how_likely": Sentence("各种可能有多大", "How likely is what"),
    "weighed": Sentence(
        "根据你的三个回答和我们此刻测到、听到的情况推算，可能有误。",
        "Weighed from your three answers and from what we measure and hear at this moment; it can be wrong.",
    ),
    "you_said": Sentence("你的回答", "You said"),
    "read_from_message": Sentence(
        "最后一项是我们对你所贴文字的理解，原文没有保存。",
        "The last one is how we read the message that you pasted; the text itself was not kept.",
    ),
    "count_me": Sentence("我也遇到了，算我一个", "I have it too: count me"),
    "everything": Sentence("看整体状况", "How everything stands"),
    "ask_again": Sentence("重新问一次", "Ask again"),
    "share": Sentence(
        "要分享这个结果，复制链接即可：链接里只有你点的选项，打开时按当时的情况重新判断。",
        "To share this answer, copy its link: it holds only what you tapped, and is answered anew for "
        "whoever opens it.",
    ),
    "in_case_of_theft": Sentence("以防万一：如果是被盗用", "To be safe, in case it was theft"),
    "same": SAME,
    "once_an_hour": Sentence(
        "同一台设备每小时只计一次，不必重复提交。",
        "A device counts once an hour, so there is no need to send it again.",
    ),
    "only_me_after": Sentence("只有我这样吗？看看是什么原因", "Only me? See what is behind it"),
}
LABELS: Mapping[str, Sentence | Counted] = {**QUESTIONS, **REFUSALS, **REPLIES}
