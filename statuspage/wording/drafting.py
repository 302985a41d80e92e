"""What the occasions of templates are called."""

from collections.abc import Mapping

from probes.vocabulary.occasions import Occasion
from statuspage.wording.sentence import Sentence

OCCASIONS: Mapping[Occasion, Sentence] = {
    Occasion.INVESTIGATING: Sentence("事件：调查中", "Incident: investigating"),
    Occasion.IDENTIFIED: Sentence("事件：已确认", "Incident: identified"),
    Occasion.MONITORING: Sentence("事件：观察中", "Incident: monitoring"),
    Occasion.RESOLVED: Sentence("事件：已解决", "Incident: resolved"),
    Occasion.POSTMORTEM: Sentence("事件：复盘", "Incident: post-mortem"),
    Occasion.PLANNED: Sentence("{maintenance}：已排定", "{Maintenance}: announced"),
    Occasion.REMINDED: Sentence("{maintenance}：提醒", "{Maintenance}: reminder"),
    Occasion.RESCHEDULED: Sentence("{maintenance}：改期", "{Maintenance}: moved"),
    Occasion.STARTED: Sentence("{maintenance}：开始", "{Maintenance}: begun"),
    Occasion.EXTENDED: Sentence("{maintenance}：延长", "{Maintenance}: takes longer"),
    Occasion.VERIFYING: Sentence("{maintenance}：检查中", "{Maintenance}: being checked"),
    Occasion.COMPLETED: Sentence("{maintenance}：结束", "{Maintenance}: over"),
    Occasion.CANCELLED: Sentence("{maintenance}：取消", "{Maintenance}: cancelled"),
    Occasion.ANNOUNCEMENT: Sentence("公告", "Announcement"),
    Occasion.MAIL_BEGAN: Sentence("邮件：事件开始", "Mail: incident, first news"),
    Occasion.MAIL_UPDATE: Sentence("邮件：事件进展", "Mail: incident, update"),
    Occasion.MAIL_OVER: Sentence("邮件：事件结束", "Mail: incident, over"),
    Occasion.MAIL_RETURNED: Sentence("邮件：事件再次出现", "Mail: incident, back again"),
    Occasion.MAIL_WITHDRAWN: Sentence("邮件：事件撤回", "Mail: incident, withdrawn"),
    Occasion.MAIL_PLANNED: Sentence("邮件：计划{maintenance}", "Mail: planned {maintenance}"),
    Occasion.MAIL_PLANNED_UPDATE: Sentence("邮件：{maintenance}进展", "Mail: {maintenance}, update"),
    Occasion.MAIL_PLANNED_OVER: Sentence("邮件：{maintenance}结束", "Mail: {maintenance}, over"),
    Occasion.MAIL_ANNOUNCED: Sentence("邮件：公告", "Mail: announcement"),
}
