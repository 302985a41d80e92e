"""Headings, labels and notes of the public pages, by the name under which a template says them."""

from collections.abc import Mapping

from statuspage.wording.charts import NO_INCIDENTS
from statuspage.wording.planned import MAY_NOT_WORK, MAY_NOT_WORK_THEN
from statuspage.wording.sentence import Counted, Sentence
from statuspage.wording.updates import END_UNSEEN

EACH_UPDATE = Sentence("每条进展", "Every update")
WHAT_TO_DO = Sentence("现在怎么办", "What to do now")
LABELS: Mapping[str, Sentence | Counted] = {
    # Around every page.
    "skip": Sentence("跳到正文", "Skip to the content"),
    "language_and_appearance": Sentence("语言与外观", "Language and appearance"),
    # Said in the other language, to whom would rather read that.
    "language": Sentence("语言", "Language"),
    "read_in_this_language": Sentence("阅读本页的中文版", "Read this page in English"),
    "stay_with_the_other": Sentence("不用，继续看英文", "No, stay with Chinese"),
    "light_or_dark": Sentence("切换深浅外观", "Switch between light and dark"),
    "out_of_date": Sentence("本页已过时。", "This page is out of date."),
    "was_true_at": Sentence(
        "本站系统已停止更新；以下是 {at} 的情况。",
        "Our own system has stopped updating it. What it says was true at {at}.",
    ),
    "last_changed": Sentence("本页最近更新于", "This page last changed"),
    "data_as_of": Sentence("数据截至", "Data as of"),
    "more": Sentence("更多", "More"),
    "history": Sentence("历史", "History"),
    "how_we_measure": Sentence("如何检测", "How we measure"),
    "calendar": Sentence("日历", "Calendar"),
    "each_update": EACH_UPDATE,
    "what_availability_counts": Sentence(
        "可用率只计{outage}；{risk_control}和{policy_change}单独列出。",
        "Uptime counts {outage}s only; {risk_control} and {policy_change}s are listed separately.",
    ),
    "the_formula": Sentence("怎么算", "How it is worked out"),
    # How things stand.
    "last_known": Sentence("目前情况不明。最后所知：", "We do not know how things stand now. Last known:"),
    "not_found": Sentence("没有这个页面", "There is no such page"),
    "not_found_why": Sentence(
        "地址可能有误，或者这个页面已经撤下。", "The address may be wrong, or the page was taken down."
    ),
    "how_things_stand": Sentence("现在的支付状态", "How payments stand now"),
    "nothing_that_day": Sentence("没有事件", "no incidents"),
    "since": Sentence("{at} 起", "since {at}"),
    "planned_until": Sentence("计划到 {at}", "planned until {at}"),
    "what_to_do": WHAT_TO_DO,
    "more_of_the_incident": Sentence("证据与经过", "Evidence and timeline"),
    "more_of_the_work": Sentence("{maintenance}计划与进展", "Plan and progress"),
    "payment_methods": Sentence("支付方式", "Payment methods"),
    "announcements": Sentence("公告与{maintenance}计划", "Announcements and scheduled {maintenance}"),
    # Planned work.
    "may_not_work": MAY_NOT_WORK,
    "may_not_work_then": MAY_NOT_WORK_THEN,
    "takes": Sentence("预计 {span}", "takes about {span}"),
    "to_the_calendar": Sentence("加入日历（含提醒）", "Add to your calendar, with a reminder"),
    "past_day": Sentence("过去 24 小时", "Past 24 hours"),
    "past_day_by_hour": Sentence("过去 24 小时，按小时", "Past 24 hours, by the hour"),
    "calm_week": Sentence("过去 7 天没有事件。", "No incidents in the past 7 days."),
    "all_history": Sentence("全部历史", "Full history"),
    "more_data": Sentence("更多数据", "More data"),
    # Beside the charts.
    "90_days": Sentence("90 天", "90 days"),
    "90_days_ago": Sentence("90 天前", "90 days ago"),
    "today": Sentence("今天", "today"),
    "24_hours_ago": Sentence("24 小时前", "24 hours ago"),
    "12_hours_ago": Sentence("12 小时前", "12 hours ago"),
    "now": Sentence("现在", "now"),
    "complaints": Sentence("用户反馈", "Reports from users"),
    "this_day": Sentence("今天", "today"),
    "people_per_quarter": Sentence("每 15 分钟的人数", "people per 15 minutes"),
    "people_per_hour": Sentence("每小时的人数", "people per hour"),
    "as_a_table": Sentence("看表格", "Show as a table"),
    "from_when": Sentence("时间", "From"),
    "people": Sentence("人数", "People"),
    "how_many_complain": Sentence("有多少人反馈？", "How many people report trouble?"),
    "what_they_complain_of": Sentence("反馈的是什么？", "What do they report?"),
    "how_many_are_accepted": Sentence("我们的测试有多少成功？", "How many of our tests go through?"),
    "how_fast": Sentence("多久得到回应？", "How long does an answer take?"),
    "when_in_trouble": Sentence("什么时候出过事？", "When did something go wrong?"),
    "lowest_of_the_hour": Sentence(
        "表中是每小时内最低的一刻钟。", "The table shows the lowest 15 minutes of each hour."
    ),
    "groups_left_out": Counted(
        "这里只列成功比例最低的几组；另有 {n} 组，见各支付方式的页面。",
        "Shown are the groups where the fewest tests went through; {n} more is on pages of its methods.",
        "Shown are the groups where the fewest tests went through; {n} more are on pages of their methods.",
    ),
    "axis_from": Sentence("纵轴从 {floor} 开始。", "The vertical axis starts at {floor}."),
    "running_hour": Sentence("最后一小时尚未结束。", "The last hour is not over yet."),
    "mean_of_the_hour": Sentence("每小时的平均值", "mean of each hour"),
    "about_the_product": Sentence(
        "用户多半只说产品，不说哪种支付方式，所以这里是关于{product}的全部反馈。",
        "People name the product rather than the payment method, so these are all reports about {product}.",
    ),
    "no_complaints": Sentence("没有读到反馈。", "No reports were read."),
    "usual_at_this_hour": Sentence("这个时段的平时水平", "usual for this time of day"),
    "what_users_say": Sentence("用户怎么说", "What users say"),
    "no_troubled_day": Sentence("没有出过问题。", "No day with problems."),
    "still_going_on": Sentence("前一天开始：", "Started earlier:"),
    # The timeline.
    "timeline": Sentence("时间线", "Timeline"),
    "filter_timeline": Sentence("筛选时间线", "Filter the timeline"),
    "all": Sentence("全部", "All"),
    "by_payment_method": Sentence("按支付方式", "By payment method"),
    "no_incidents": NO_INCIDENTS,
    "months": Sentence("月份", "Months"),
    "imported_from": Sentence("从 {tool} 迁入", "brought over from {tool}"),
    "led_by_person": Sentence("人工处理", "handled by a person"),
    # One incident.
    "course_of_events": Sentence("经过", "Timeline"),
    "postmortem": Sentence("复盘", "Post-mortem"),
    "automatic": Sentence("自动", "automatic"),
    "by_person": Sentence("人工撰写", "written by a person"),
    "end_unseen": END_UNSEEN,
    "end_not_seen": Sentence("没有看到结束", "end not seen"),
    "no_updates": Sentence("还没有进展。", "No updates yet."),
    "corrected": Sentence(
        "{at} 起，判断由“{before}”改为“{after}”。",
        "Since {at} we have held this to be “{after}”, no longer “{before}”.",
    ),
    "evidence": Sentence("证据", "Evidence"),
    "accepted_of_tests": Sentence("我们的测试成功的比例", "How many of our tests went through"),
    "all_tests": Sentence("所有测试", "all our tests"),
    "accepted_of": Sentence("{checks} 次中 {accepted} 次", "{accepted} of {checks}"),
    "usually_share": Sentence("平时 {share}", "usually {share}"),
    "what_it_said": Sentence("失败时多半提示", "What most of those who failed were told"),
    "all_rows": Counted("全部检测结果（{n} 行）", "All results ({n} row)", "All results ({n} rows)"),
    "met_so_far": Sentence(
        "事件开始以来，我们的测试账户遇到的情况。", "What our test accounts have run into since it began."
    ),
    "met_until": Sentence("截至 {at} 的情况。", "As of {at}."),
    "withdrawn": Sentence("误报，已撤回", "False alarm, withdrawn"),
    "moved": Sentence("这件事现在并在这里说：", "This is now told as part of:"),
    "met_in_all": Sentence(
        "事件期间我们的测试账户遇到的情况，事件结束后不再变动。",
        "What our test accounts ran into while it lasted; unchanged since it ended.",
    ),
    "what_payers_met": Sentence("测试账户遇到的情况", "What our test accounts ran into"),
    "payer": Sentence("测试账户", "Test account"),
    "vantage": Sentence("检测地点", "Tested from"),
    "accepted": Sentence("成功", "Went through"),
    "usually": Sentence("平时", "Usually"),
    "otherwise": Sentence("其余结果", "Other results"),
    "one_answer": Sentence("一条原始回应", "One raw answer"),
    "more_lines": Counted(
        "另有 {n} 行不太要紧的未列出",
        "and {n} more line that matters less",
        "and {n} more lines that matter less",
    ),
    "what_users_said": Sentence("用户怎么说", "What users said"),
    "nobody_said": Sentence("事件开始以来，没有读到有关的帖子。", "No posts about it since it began."),
    "usually_so_many": Sentence("平时{usual}", "usually {usual}"),
    "what_others_say": Sentence("其他监控系统怎么说", "What other monitors say"),
    "other_says": Sentence("自{since}起报告", "reports it since {since}"),
    "other_said": Sentence("{since}至{until}报告过", "reported it from {since} until {until}"),
    "what_else": Sentence("还可能是什么", "What else it could be"),
}
FEEDS = Sentence(
    "支付服务的{outage}、{maintenance}、{risk_control}和{policy_change}",
    "{Outage}s, {maintenance}, {risk_control} and {policy_change}s affecting payments",
)
CALENDAR_NAME = Sentence("支付服务的{maintenance}计划", "Scheduled {maintenance} of payment services")
