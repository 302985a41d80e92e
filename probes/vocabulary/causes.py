"""Why an incident happened, and how bad it is."""

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


_RANKS = {impact: rank for rank, impact in enumerate(Impact)}
