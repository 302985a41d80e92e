"""The occasions on which something is said again and again, for which there are templates of words."""

from enum import StrEnum

from probes.vocabulary.states import IncidentStatus, PlannedStep
from probes.vocabulary.telling import NewsKind


class Occasion(StrEnum):
    """When such words are needed."""

    INVESTIGATING = "incident_investigating"
    IDENTIFIED = "incident_identified"
    MONITORING = "incident_monitoring"
    RESOLVED = "incident_resolved"
    POSTMORTEM = "incident_postmortem"
    PLANNED = "planned_scheduled"
    REMINDED = "planned_reminded"
    RESCHEDULED = "planned_rescheduled"
    STARTED = "planned_started"
    EXTENDED = "planned_extended"
    VERIFYING = "planned_verifying"
    COMPLETED = "planned_completed"
    CANCELLED = "planned_cancelled"
    ANNOUNCEMENT = "announcement"
    MAIL_BEGAN = "mail_began"
    MAIL_UPDATE = "mail_update"
    MAIL_OVER = "mail_over"
    MAIL_RETURNED = "mail_returned"
    MAIL_WITHDRAWN = "mail_withdrawn"
    MAIL_PLANNED = "mail_planned"
    MAIL_PLANNED_UPDATE = "mail_planned_update"
    MAIL_PLANNED_OVER = "mail_planned_over"
    MAIL_ANNOUNCED = "mail_announced"

    @property
    def is_planned(self) -> bool:
        """Whether it is a step of planned work, which the machine tells by itself."""
        return self.value.startswith("planned_")

    @property
    def is_incident(self) -> bool:
        """Whether it is an update of an incident."""
        return self.value.startswith("incident_")

    @property
    def is_mail(self) -> bool:
        """Whether it is a mail that tells news."""
        return self.value.startswith("mail_")


def occasion_of(moved: PlannedStep | IncidentStatus) -> Occasion:
    """The occasion of a step of planned work, or of an update with this status."""
    kind = "planned" if isinstance(moved, PlannedStep) else "incident"
    return Occasion(f"{kind}_{moved.value}")


def mail_occasion_of(kind: NewsKind) -> Occasion | None:
    """The occasion of a mail that tells such news; None for what no mail to many tells."""
    return None if kind in {NewsKind.STATE, NewsKind.LETTER} else Occasion(f"mail_{kind.value}")
