"""When the public is told of an incident, and when that it is sure: by whom, and how far that has come."""

from enum import StrEnum


class Publication(StrEnum):
    """Whether the public is told of an incident at all."""

    PUBLISHED = "published"
    WAITING = "waiting"  # told at a set time, unless somebody stops it
    HELD = "held"  # told when a person says so
    DROPPED = "dropped"  # never told


class Confirmation(StrEnum):
    """Who decides when the public is told that an incident is sure."""

    BY_POLICY = "by_policy"
    HELD = "held"  # a person stopped it: only a person tells it now
    GIVEN = "given"  # a person told it


class Mode(StrEnum):
    """When the site tells something that the machine concluded."""

    AT_ONCE = "at_once"
    AFTER = "after"  # after some minutes, unless somebody stops it
    BY_PERSON = "by_person"


class NextStep(StrEnum):
    """What becomes of an incident next without anybody's doing, or waits for a person."""

    PUBLISH = "publish"
    CONFIRM = "confirm"
    GIVE_BACK = "give_back"
