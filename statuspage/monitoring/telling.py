"""What a check tells of the service: the one place that decides which checks a ratio counts."""

from collections.abc import Mapping

from probes.vocabulary.outcomes import Family, Outcome


def family_of(outcome: Outcome, excluded: str = "") -> Family:
    """The kind of trouble that a check speaks of; of ours where there is a reason that it is ``excluded``.

    Whether a request was wrong is not for its answer to say: where the detector excludes it not, because all
    are refused who were accepted before, the fault is technical.
    """
    if excluded:
        return Family.OURS
    return Family.TECHNICAL if outcome is Outcome.MISCONFIGURED else outcome.family


def accepted_of(outcomes: Mapping[str, int]) -> tuple[int, int]:
    """How many checks were accepted, of how many that say something; ``outcomes`` hold no excluded ones."""
    counted = {Outcome(name): count for name, count in outcomes.items()}
    total = sum(count for outcome, count in counted.items() if family_of(outcome).counts)
    return counted.get(Outcome.ACCEPTED, 0) + counted.get(Outcome.SLOW, 0), total
