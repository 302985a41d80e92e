"""Which cause a wave of posts speaks of: what people complain of under each, as the reader reads it."""

import math
from collections.abc import Mapping
from typing import TypeAlias

from probes.listening.reading.confusion import Confusion
from probes.vocabulary.causes import Cause
from probes.vocabulary.symptoms import Symptom
from statuspage.analysis.leaks import TELLING
from statuspage.analysis.model import STORIES

Stories: TypeAlias = Mapping[Cause, Mapping[Symptom, float]]
"""By cause, the share of each symptom among the complaints that are read while it holds."""

_MEANT = (Symptom.PAYMENT_FAILURE, Symptom.RISK_DECLINE, Symptom.MAINTENANCE, Symptom.POLICY_CLOSURE)


def stories_of(shares: Confusion) -> Stories:
    """What people mean, seen through the reader's errors."""
    return {cause: _evened(_read(meant, shares)) for cause, meant in STORIES.told.items()}


def _read(meant: tuple[float, ...], shares: Confusion) -> dict[Symptom, float]:
    return {
        read: sum(share * shares[true][read] for true, share in zip(_MEANT, meant, strict=True))
        for read in TELLING
    }


def _evened(parts: dict[Symptom, float]) -> dict[Symptom, float]:
    whole = sum(parts.values())
    return {symptom: part / whole for symptom, part in parts.items()}


def likelihoods(stories: Stories, complaints: Mapping[Symptom, float]) -> dict[Cause, float]:
    """How well each cause explains so many complaints of each symptom (multinomial), in nats."""
    return {
        cause: sum(number * math.log(story[symptom]) for symptom, number in complaints.items())
        for cause, story in stories.items()
    }
