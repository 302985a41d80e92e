"""Which other tool something was brought over from."""

from enum import StrEnum


class Origin(StrEnum):
    """A tool whose data can be brought over."""

    KUMA = "kuma"
    GATUS = "gatus"
    UPPTIME = "upptime"
    CSTATE = "cstate"
    STATUSPAGE = "statuspage"
