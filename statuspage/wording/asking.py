"""What the two forms ask and answer: "Is it just me?" and "It happened to me too"."""

from collections.abc import Mapping

from probes.vocabulary.choices import Explanation, Happened, Told
from statuspage.wording.sentence import Counted, Sentence

OTHERS = Sentence("其他", "Others")
ELSEWHERE = Sentence("别的支付方式", "Something else")

HAPPENED: Mapping[Happened, Sentence] = {
    Happened.FAILED: Sentence("付不出去：失败，或一直转圈", "It fails or keeps loading"),
    Happened.REFUSED: Sentence(
        "有额度、有余额，却被拒绝", "It is declined although there is enough credit or money"
    ),
    Happened.LIMITED: Sentence("额度突然被降低或清零", "My limit was suddenly cut"),
    Happened.WITHDRAWN: Sentence(
        "提示不再为我提供这项服务", "It says that the service is no longer offered to me"
    ),
    Happened.STOLEN: Sentence(
        "钱少了，或有不是我付的款", "Money is missing, or there is a payment I did not make"
    ),
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
        "不只是你：很可能是{outage}。", "It is not just you: most likely this is a system {outage}."
    ),
    Explanation.MAINTENANCE: Sentence(
        "不只是你：很可能正在{maintenance}。", "It is not just you: most likely it is down for {maintenance}."
    ),
    Explanation.RISK_CONTROL: Sentence(
        "不只是你：很可能是{risk_control}收紧，很多人同时被拒。",
        "It is not just you: most likely {risk_control} are declining many people at once.",
    ),
    Explanation.POLICY_CHANGE: Sentence(
        "很可能是{policy_change}：这项服务不再向部分用户提供。",
        "Most likely a {policy_change}: it is no longer offered to some users.",
    ),
    Explanation.ONLY_YOU: Sentence(
        "很可能只是你这边的情况，别人的{attempts}是正常的。",
        "Most likely it is just you: other people's {attempts} are going through.",
    ),
    Explanation.THEFT: Sentence(
        "先按被盗用处理：这笔付款可能不是你做的。",
        "Treat it as theft for now: you may not have made this payment.",
    ),
    Explanation.UNKNOWN: Sentence("现在还说不准。", "We cannot tell yet."),
}
ONE_GUESS = Sentence("现在还说不准，也许是{guess}。", "We cannot tell yet. It may be {guess}.")
TWO_GUESSES = Sentence(
    "现在还说不准：也许是{first}，也许是{second}。", "We cannot tell yet. It may be {first}, or {second}."
)
ONLY_YOU_DURING = Sentence(
    "很可能是你这边的情况，与眼下的事件无关。",
    "Most likely it is something on your side, not what is going on right now.",
)
ONLY_YOU_BLIND = Sentence(
    "从你的描述看，很可能是你这边的情况。", "From what you say, most likely it is something on your side."
)
PLANNED_END = Sentence(
    "公告的{maintenance}预计 {end} 结束。", "The announced {maintenance} is due to end at {end}."
)
NOT_WATCHED = Sentence(
    "它不在我们的监测范围里，只能按你说的判断。", "We do not watch it, so this rests only on what you say."
)
NOT_SEEN = Sentence(
    "我们现在看不到它的状况，只能按你说的判断。",
    "We cannot see how it stands right now, so this rests only on what you say.",
)
NOTHING_UNUSUAL = Sentence("我们自己的{tests}现在没有异常。", "Our own {tests} are going through normally.")
NOBODY_ELSE = Sentence("过去一小时没有别人这样说。", "Nobody else said so in the past hour.")
SAME = Counted(
    "过去一小时有 {n} 人这样说。",
    "{n} person said the same in the past hour.",
    "{n} people said the same in the past hour.",
)
SAME_AND_USUAL = Counted(
    "过去一小时有 {n} 人这样说（平时{usual}）。",
    "{n} person said the same in the past hour (usually {usual}).",
    "{n} people said the same in the past hour (usually {usual}).",
)
QUESTIONS: Mapping[str, Sentence] = {
    "only_me": Sentence("只有我这样吗？", "Is it just me?"),
    "report": Sentence("我也遇到了", "It happened to me too"),
    "report_trouble": Sentence("我遇到了问题", "Report a problem"),  # where nobody knows of any
    "thanks": Sentence("谢谢，已记下", "Thank you, we have counted it"),
    "paying_with": Sentence("你在用什么付款？", "What were you paying with?"),
    "what_happened": Sentence("发生了什么？", "What happened?"),
    "what_said": Sentence("它提示了什么？", "What did it say?"),
    "only_me_lead": Sentence(
        "点三下，看看是大家都这样，还是只有你。不需要账号，你填的内容也不会保存。",
        "Three taps tell you whether it is everybody or just you. No account needed, and nothing you "
        "enter is "
        "kept.",
    ),
    "paste": Sentence("或者把提示原文贴在这里", "Or paste the message here"),
    "paste_privacy": Sentence(
        "只看一遍，不保存。请不要贴姓名和号码。",
        "We read it once and do not keep it. Please leave out names and numbers.",
    ),
    "see_answer": Sentence("看结果", "See the answer"),
    "report_lead": Sentence(
        "你的反馈能让别人早点知道。不需要账号，也不记录你是谁。",
        "Your report helps others know sooner. No account needed, and we do not store who you are.",
    ),
    "leave_empty": Sentence("这里请留空", "Leave this empty"),
    "message": Sentence("你看到的提示（没有可不填）", "The message you saw, if there was one"),
    "message_privacy": Sentence(
        "请不要填姓名和号码；看起来像的内容会在保存前删去。文字可能会被引用。",
        "Please leave out names and numbers; anything that looks like one is removed before we store it. "
        "What "
        "you write may be quoted.",
    ),
    "send": Sentence("提交反馈", "Send report"),
    "change": Sentence("修改", "Change"),
}
REFUSALS: Mapping[str, Sentence] = {
    "crowded": Sentence(
        "过去一小时里，来自你所在网络的反馈已经足够，这次不再计入。谢谢。",
        "We have had enough reports from your network in the past hour, so this one is not counted. "
        "Thank you.",
    ),
    "expired": Sentence(
        "这张表单打开太久或已经提交过，请再提交一次。",
        "This form was open too long or has been sent already. Please send it once more.",
    ),
    "hasty": Sentence(
        "这张表单打开不到一秒就提交了，像是程序发的，请再提交一次。",
        "This form came back within a second, as if a program had sent it. Please send it once more.",
    ),
    "foreign": Sentence(
        "这张表单是从别的网站提交的，请在这里提交。",
        "This form was sent from another site. Please send it from here.",
    ),
    "incomplete": Sentence("还差一步，请在下面选择。", "Something is missing. Please choose below."),
}
REPLIES: Mapping[str, Sentence | Counted] = {
    "how_likely": Sentence("各种可能有多大", "How likely is each"),
    "weighed": Sentence(
        "根据你的三个回答和我们此刻测到、听到的情况推算，可能有误。",
        "Worked out from your three answers and from what we measure and hear right now. It can be wrong.",
    ),
    "you_said": Sentence("你的回答", "You said"),
    "read_from_message": Sentence(
        "最后一项是我们对你所贴文字的理解，原文没有保存。",
        "The last one is how we read the message you pasted. We did not keep the text.",
    ),
    "count_me": Sentence("我也遇到了，算我一个", "It happened to me too: count me in"),
    "everything": Sentence("看整体状况", "See the whole status"),
    "ask_again": Sentence("重新问一次", "Ask again"),
    "share": Sentence(
        "要分享这个结果，复制链接即可：链接里只有你点的选项，打开时按当时的情况重新判断。",
        "To share this answer, copy its link. It holds only what you tapped, and is worked out afresh "
        "for whoever "
        "opens it.",
    ),
    "in_case_of_theft": Sentence("以防万一：如果是被盗用", "Just in case: if it was theft"),
    "same": SAME,
    "once_an_hour": Sentence(
        "同一台设备每小时只计一次，不必重复提交。",
        "Each device counts once an hour, so there is no need to send it again.",
    ),
    "only_me_after": Sentence("只有我这样吗？看看是什么原因", "Is it just me? See what may be behind it"),
}
LABELS: Mapping[str, Sentence | Counted] = {**QUESTIONS, **REFUSALS, **REPLIES}
