"""The stored form of what the machine believes: JSON that keeps evidence as it was when it was concluded."""

from typing import Any

import msgspec

from statuspage.analysis.values import CauseHeld, Evidence


def evidence_to_json(evidence: Evidence) -> dict[str, Any]:
    """Plain lists, dicts and strings of ``evidence``."""
    stored: dict[str, Any] = msgspec.to_builtins(evidence)
    return stored


def evidence_from_json(stored: object) -> Evidence | None:
    """The evidence that was stored; None where there is none, as with an incident that a person opened."""
    return msgspec.convert(stored, Evidence) if stored else None


def causes_to_json(causes: tuple[CauseHeld, ...]) -> list[dict[str, Any]]:
    """Each cause in turn, as in the answers of a replay."""
    stored: list[dict[str, Any]] = msgspec.to_builtins(causes)
    return stored


def causes_from_json(stored: object) -> tuple[CauseHeld, ...]:
    """The causes that were stored, in the order in which they were held."""
    return msgspec.convert(stored, tuple[CauseHeld, ...])
