"""How often another monitor is wrong, in three steps: by it what it says is weighed."""

from enum import StrEnum


class Strength(StrEnum):
    """How much a rule of another monitor is to be believed; ordered from least to most."""

    WEAK = "weak"  # it rings at every blip
    USUAL = "usual"  # it was retried before it rang
    STRONG = "strong"  # several looks agreed before it rang
