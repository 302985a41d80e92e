"""What the charts show, in a sentence each: for who cannot see them, and for who wants the number."""

from statuspage.wording.sentence import Counted, Sentence

NO_DATA = Sentence("尚无数据。", "No data yet.")
AVAILABILITY = Sentence("{days} 天可用率 {share}。", "Uptime over {days} days: {share}.")
TROUBLED_DAYS = Counted("{n} 天有{cause}。", "{cause} on {n} day.", "{cause} on {n} days.")
NO_INCIDENTS = Sentence("没有事件。", "No incidents.")
COMPLAINTS = Counted("24 小时内 {n} 条反馈", "{n} report in 24 hours", "{n} reports in 24 hours")
MOST = Sentence("，最多的一刻钟从 {at}开始，有 {n} 条", "; the busiest 15 minutes, from {at}, had {n}")
NO_HISTORY = Sentence(
    "；历史不足一周，还说不出平时水平。",
    "; with less than a week of history we cannot say what is usual yet.",
)
AS_USUAL = Sentence("；与平时大致相同。", "; that is about usual.")
FAR_ABOVE = Counted(
    "；其中 {n} 个一刻钟远高于平时。",
    "; far above usual in {n} period of 15 minutes.",
    "; far above usual in {n} periods of 15 minutes.",
)
ACCEPTANCE = Sentence("{who}：现在 {now}，最低 {low}", "{who}: now {now}, lowest {low}")
ACCEPTANCES = Sentence("{parts}。", "{parts}.")
TIMES = Counted("{n} 次，共 {span}", "{n} time, {span}", "{n} times, {span} in all")
NONE = Sentence("无", "none")
HEARD = Sentence("{product}，24 小时内的反馈：{parts}。", "{product}, reports in 24 hours: {parts}.")
SYMPTOM = Sentence("{symptom} {n} 条", "{symptom} {n}")
SYMPTOM_AND_USUAL = Sentence("{symptom} {n} 条（平时{usual}）", "{symptom} {n} (usually {usual})")
MEANWHILE = Sentence("这期间：{parts}。", " Meanwhile: {parts}.")
OF_CAUSE = Sentence("{cause}（{times}）", "{cause} ({times})")
LATENCY = Sentence(
    "现在平均 {now}，最慢的一小时平均 {most}。", "Now {now} on average; {most} in the slowest hour."
)
