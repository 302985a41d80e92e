"""The code book of this site: what is shipped, what an admin added, and the answers it could not map."""

import logging
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from probes.instrument import codebook
from probes.instrument.codebook import CodeBook, default_code_book
from probes.instrument.runs import CheckRun
from probes.vocabulary.outcomes import Outcome
from statuspage.monitoring.inserting import put
from statuspage.monitoring.models import CodeRule, UnmappedAnswer

MOST_MESSAGE = 200
_ANSWER = ("http_status", "code", "message")

logger = logging.getLogger(__name__)


def site_code_book() -> CodeBook:
    """The book that checks are read by now; an admin's rules go before those that are shipped."""
    rows = CodeRule.objects.order_by("pk").values_list("dialect", "http_status", "code", "pattern", "outcome")
    return _book(tuple(rows))


@lru_cache(maxsize=4)
def _book(rows: tuple[tuple[str, int | None, str, str, str], ...]) -> CodeBook:
    rules = []
    for dialect, http_status, code, pattern, outcome in rows:
        try:
            rules.append(
                codebook.AnswerRule(
                    dialect=dialect,
                    status=http_status,
                    code=code,
                    pattern=pattern,
                    outcome=Outcome(outcome),
                    source="admin",
                )
            )
        except ValueError as error:
            logger.warning("a code rule is left out: %s", error)
    return default_code_book().with_rules(rules) if rules else default_code_book()


def note_unmapped(runs: Iterable[CheckRun], book: CodeBook, *, now: datetime) -> None:
    """Count the answers that no rule names, so that an admin can map them."""
    seen: Counter[tuple[int, str, str]] = Counter()
    outcomes: dict[tuple[int, str, str], Outcome] = {}
    for run in runs:
        if not book.is_mapped(
            error=run.error, http_status=run.http_status, code=run.code, message=run.message
        ):
            answer = run.http_status or 0, run.code, run.message[:MOST_MESSAGE]
            seen[answer] += 1
            outcomes[answer] = run.outcome
    # At once, for there may be hundreds; in order, lest two workers wait for each other.
    rows = [
        {
            **dict(zip(_ANSWER, answer, strict=True)),
            "outcome": outcomes[answer],
            "count": count,
            "first_seen": now,
            "last_seen": now,
        }
        for answer, count in sorted(seen.items())
    ]
    put(UnmappedAnswer, rows, unique=_ANSWER, replaced=["outcome", "last_seen"], added=["count"])


def forget_mapped() -> int:
    """Remove the noted answers that the book names by now; how many."""
    book = site_code_book()
    mapped = [
        answer.pk
        for answer in UnmappedAnswer.objects.all()
        if book.is_mapped(
            error=None,
            http_status=answer.http_status or None,
            code=answer.code,
            message=answer.message,
        )
    ]
    return UnmappedAnswer.objects.filter(pk__in=mapped).delete()[0]
