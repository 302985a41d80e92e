"""What probes that are refused by our own fault were answered last, for whoever looks after them."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from operator import itemgetter

from django.db.models import OuterRef, Subquery

from probes.vocabulary.outcomes import Outcome
from statuspage.monitoring.models import CheckResult, Probe
from statuspage.monitoring.results import last_packed

LOOKED_UP = 8
OUR_FAULT = (Outcome.UNAUTHENTICATED, Outcome.MISCONFIGURED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One raw answer, such as "401 SIGN_ERROR 签名错误", and the probes that got it last."""

    outcome: Outcome
    answer: str
    probes: tuple[str, ...]


def last_refusals(slugs: Collection[str]) -> list[Refusal]:
    """The last answers to ``slugs`` that may be our own fault, the one that most probes got first.

    Of those that were not refused for hours only a few are looked up: each costs reading what is packed.
    """
    refused = CheckResult.objects.filter(probe=OuterRef("pk"), outcome__in=OUR_FAULT).order_by("-tick")
    last = Probe.objects.filter(slug__in=slugs).annotate(last=Subquery(refused.values("pk")[:1]))
    rows = CheckResult.objects.filter(pk__in=last.order_by().values("last")).order_by()
    groups: defaultdict[tuple[Outcome, str], list[str]] = defaultdict(list)
    answers = [*rows.values_list("outcome", "http_status", "code", "message", "probe__slug")]
    answers += _packed_answers(set(slugs) - {answer[-1] for answer in answers})
    for outcome, status, code, message, slug in sorted(answers, key=itemgetter(-1)):
        said = " ".join(part for part in (str(status or ""), code, message) if part)
        groups[Outcome(outcome), said].append(slug)
    found = [
        Refusal(outcome=outcome, answer=said, probes=tuple(probes))
        for (outcome, said), probes in groups.items()
    ]
    return sorted(found, key=lambda refusal: -len(refusal.probes))


def _packed_answers(slugs: Collection[str]) -> Iterator[tuple[str, int | None, str, str, str]]:
    """The same of probes that were refused a while ago and have not been asked since."""
    rows = Probe.objects.filter(slug__in=slugs).order_by("slug").values_list("pk", "slug")
    for pk, slug in rows[:LOOKED_UP]:
        if last := last_packed(pk, lambda result: result.outcome in OUR_FAULT):
            yield last.outcome, last.http_status, last.code, last.message, slug
