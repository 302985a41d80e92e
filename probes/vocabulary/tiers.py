"""How a risk engine rates payers."""

from enum import StrEnum


class RiskTier(StrEnum):
    """How a risk engine would rate a synthetic payer."""

    LOW = "low"
    ELEVATED = "elevated"
    HIGH = "high"
