"""Why an incident happened, how bad it is, and how much of each component fails in it."""

from enum import StrEnum


class Cause(StrEnum):
    """Why an incident happened. ``unknown`` is a state of knowledge and therefore not among them."""

    OUTAGE = "outage"
    MAINTENANCE = "maintenance"
    RISK_CONTROL = "risk_control"
    POLICY_CHANGE = "policy_change"


class Impact(StrEnum):
    """How bad an incident is; ordered from least to worst."""

    NONE = "none"
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for the least; by it impacts compare, for as strings they would compare by their letters."""
        return _RANKS[self]


class Extent(StrEnum):
    """How much of one component fails; ordered from least to most."""

    SLOW = "slow"  # it is answered, but far too late
    SOME = "some"
    ALL = "all"  # all of it, or so much that nobody can count on it

    @property
    def rank(self) -> int:
        """0 for the least."""
        return _EXTENT_RANKS[self]


_RANKS = {impact: rank for rank, impact in enumerate(Impact)}
_EXTENT_RANKS = {extent: rank for rank, extent in enumerate(Extent)}
