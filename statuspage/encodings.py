"""Reads what codings somebody accepts an answer in (RFC 9110, 12.5.3); it needs no Django."""

from collections.abc import Iterable

IDENTITY = "identity"


def preferred(accepted: str, offered: Iterable[str]) -> str:
    """The coding of ``offered`` (the last of equals) that is liked best, or ``identity`` for none of them.

    ``accepted`` is the value of Accept-Encoding; without it an answer is not coded.
    """
    weights: dict[str, float] = {}
    for part in filter(None, accepted.lower().split(",")):
        name, _, parameter = part.partition(";")
        weights[name.strip().removeprefix("x-")] = _weight(parameter)
    others = weights.get("*", 0.0)
    best, liked = IDENTITY, weights.get(IDENTITY, 0.0)
    for name in offered:
        weight = weights.get(name, others)
        if weight > 0 and weight >= liked:
            best, liked = name, weight
    return best


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
