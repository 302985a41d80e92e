"""What posts of one kind bring of another: the reader's errors, and those who join in."""

from collections.abc import Mapping
from typing import TypeAlias

from probes.listening.reading.confusion import Confusion
from probes.vocabulary.symptoms import Symptom
from statuspage.analysis.model import LEAKS

Leaks: TypeAlias = Mapping[Symptom, Mapping[Symptom, float]]
"""By how a post was read, how many posts of each other symptom that tells of a cause to expect for it."""

TELLING = tuple(symptom for symptom in Symptom if symptom.cause is not None)


def leaks_of(shares: Confusion) -> Leaks:
    """For a post that was read as ``read``, most such posts are what they were read as; the others leak."""
    return {
        read: {said: _leak(shares[read], read, said) for said in TELLING if said is not read}
        for read in Symptom
    }


def _leak(shares: Mapping[Symptom, float], read: Symptom, said: Symptom) -> float:
    joining = 0.0 if read.complains else LEAKS.joining_share
    return (shares[said] + joining) / shares[read]
