"""Shares and counts as they are read, the same in every language."""


def percent(ratio: float | None) -> str:
    """A share as per cent, with the more digits the nearer it is to all; a dash where it is unknown."""
    if ratio is None:
        return "–"
    if ratio >= 1:
        return "100%"
    digits = 2 if ratio >= 0.99 else 1 if ratio >= 0.9 else 0
    return f"{int(ratio * 100 * 10**digits) / 10**digits:.{digits}f}%"


def chance(probability: float) -> str:
    """A probability as whole per cent, never more certain than 99."""
    return f"{min(99, round(probability * 100))}%"


def number(value: float) -> str:
    """A count, or a usual count, without needless digits."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}".removesuffix(".0")
