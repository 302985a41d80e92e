"""Why a check says nothing about the service that it asked."""

from enum import StrEnum


class Exclusion(StrEnum):
    """The trouble of our own that spoilt a check, so that no ratio counts it."""

    VANTAGE_LOST = "vantage_lost"  # made from a place that was cut off
    PERSONA_FROZEN = "persona_frozen"  # made with a test account that was frozen
    MISCONFIGURED = "misconfigured"  # our request is wrong
    UNAUTHENTICATED = "unauthenticated"  # our keys, signature, certificate or clock may be
    THROTTLED = "throttled"  # we ask too often
    STARVED = "starved"  # our own machine was too busy
