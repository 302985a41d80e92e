"""By what people are told, what they are told, and how far a message has come."""

from enum import StrEnum


class Channel(StrEnum):
    """By what somebody is told."""

    PUSH = "push"
    MAIL = "mail"
    WEBHOOK = "webhook"
    SLACK = "slack"
    TEAMS = "teams"
    TELEGRAM = "telegram"
    FEISHU = "feishu"
    DINGTALK = "dingtalk"
    WECOM = "wecom"


class NewsKind(StrEnum):
    """What is told. Letters concern one recipient alone and are never joined with others."""

    BEGAN = "began"
    UPDATE = "update"
    OVER = "over"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    PLANNED = "planned"
    PLANNED_UPDATE = "planned_update"
    PLANNED_OVER = "planned_over"
    ANNOUNCED = "announced"
    STATE = "state"  # of a component; for programs
    LETTER = "letter"

    @property
    def begins(self) -> bool:
        """Whether it is the first that is told of its story."""
        return self in {NewsKind.BEGAN, NewsKind.PLANNED}

    @property
    def ends(self) -> bool:
        """Whether it says that what was told before it is over."""
        return self in {NewsKind.OVER, NewsKind.WITHDRAWN, NewsKind.PLANNED_OVER}


class Stage(StrEnum):
    """How far a delivery has come."""

    WAITING = "waiting"
    SENT = "sent"
    GONE = "gone"  # the recipient is there no more
    GIVEN_UP = "given_up"
    OUTDATED = "outdated"  # it was over, or something newer is told instead


class Rhythm(StrEnum):
    """How often somebody is told: at once, or once in a day or a week, when there was something."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"


class Membership(StrEnum):
    """How far a subscription has come."""

    PENDING = "pending"  # whoever has the address has not said yes yet
    ACTIVE = "active"
    ENDED = "ended"  # what is sent there comes back


class LetterKind(StrEnum):
    """What is written to one subscriber alone."""

    CONFIRM = "confirm"
    KNOWN = "known"
