"""What is said of planned work: its updates, and what calendars show beside it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.states import PlannedStep
from statuspage.wording.names import spoken
from statuspage.wording.sentence import Sentence
from statuspage.wording.times import moment, span

STEPS: Mapping[PlannedStep, Sentence] = {
    PlannedStep.SCHEDULED: Sentence(
        "计划于 {span}进行{maintenance}，期间{names}可能无法使用。",
        "{Maintenance} is planned for {span}; {names} may not work during that time.",
    ),
    PlannedStep.REMINDED: Sentence(
        "提醒：{maintenance}将于 {span}进行，期间{names}可能无法使用。",
        "Reminder: {maintenance} is planned for {span}; {names} may not work during that time.",
    ),
    PlannedStep.RESCHEDULED: Sentence(
        "{maintenance}时间改为 {span}。", "The {maintenance} has been moved to {span}."
    ),
    PlannedStep.STARTED: Sentence(
        "{maintenance}已开始，预计 {end}结束。", "{Maintenance} has begun and should end at {end}."
    ),
    PlannedStep.EXTENDED: Sentence(
        "{maintenance}用时超出计划，预计 {end}结束。",
        "{Maintenance} is taking longer than planned and should now end at {end}.",
    ),
    PlannedStep.VERIFYING: Sentence(
        "{maintenance}工作已做完，正在检查是否一切正常。",
        "The {maintenance} work is done; we are checking that everything works.",
    ),
    PlannedStep.COMPLETED: Sentence("{maintenance}已结束。", "The {maintenance} is over."),
    PlannedStep.CANCELLED: Sentence("本次{maintenance}已取消。", "This {maintenance} has been cancelled."),
}
MAY_NOT_WORK_THEN = Sentence("期间可能无法使用：", "May not work during that time:")
MAY_NOT_WORK = Sentence("期间可能无法使用：{names}", "May not work during that time: {names}")


def update(
    step: PlannedStep,
    names: Sequence[Bilingual],
    *,
    starts_at: datetime,
    ends_at: datetime,
    at: datetime,
    zone: tzinfo,
) -> Bilingual:
    """What the timeline of planned work says at ``at``, in the words of ``zone``."""
    return STEPS[step].say(
        names=spoken(names),
        span=span(starts_at, ends_at, zone=zone),
        end=moment(ends_at, zone=zone, seen_from=at),
    )
