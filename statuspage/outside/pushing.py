"""Takes in the checks that a program of yours made for one probe, as if a worker of ours had."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self

from django.conf import settings
from django.db.models import F
from ninja import Schema
from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from probes.instrument.codebook import CodeBook
from probes.instrument.runs import CheckRun
from probes.instrument.schedule import Timetable
from probes.instrument.secrecy.scrubbing import scrubbed
from probes.vocabulary.outcomes import Outcome
from statuspage.monitoring.checks import store_runs
from statuspage.monitoring.codes import site_code_book
from statuspage.monitoring.models import CheckResult, Probe
from statuspage.outside.models import PushToken

MOST_CHECKS = 200
# What no clock that is right can be ahead by; and what is older was written off as missed long ago.
AHEAD_BY = timedelta(seconds=30)
OLDEST = timedelta(minutes=10)


class PushedCheck(Schema):
    """One run of the probe, in the words of a trace: ``at`` is when it ended, the answer is raw."""

    at: AwareDatetime
    error: Literal["timeout", "connect", "dns", "tls", "protocol"] | None = None
    http_status: Annotated[int, Field(ge=100, le=599)] | None = None
    code: Annotated[str, StringConstraints(max_length=64)] = ""
    message: Annotated[str, StringConstraints(max_length=500)] = ""
    latency_ms: Annotated[float, Field(ge=0, le=600_000, allow_inf_nan=False)] = 0.0

    @model_validator(mode="after")
    def _is_an_answer_or_an_error(self) -> Self:
        if (self.error is None) is (self.http_status is None):
            raise ValueError("give error or http_status: one of the two")
        if self.error is not None and (self.code or self.message):
            raise ValueError("with an error there is no code and no message")
        return self


class PushedChecks(Schema):
    """Checks of one probe, in any order. A check is known by its tick: of each one only the first counts."""

    checks: Annotated[list[PushedCheck], Field(min_length=1, max_length=MOST_CHECKS)]


class PushFate(StrEnum):
    """What becomes of a check that was pushed."""

    TAKEN = "taken"
    REPEATED = "repeated"  # its tick has a result
    FUTURE = "future"
    OLD = "old"


@dataclass(frozen=True, slots=True, kw_only=True)
class PushResult:
    """How many became what, and what became of each, in the order in which they were given."""

    fates: tuple[PushFate, ...]

    def count(self, fate: PushFate) -> int:
        return self.fates.count(fate)


def heartbeat(now: datetime) -> PushedCheck:
    """What a push without a body says: it works, now."""
    return PushedCheck(at=now, http_status=200)


def take_pushed(token: PushToken, checks: Sequence[PushedCheck], *, now: datetime) -> PushResult:
    """Store each check under the tick that it was made for: the last one before it ended.

    Late ones are kept and never judged, as those of our own workers are; of a tick whose result is there, or
    that was called missed and is counted, nothing changes.
    """
    probe, book = token.probe, site_code_book()
    ticks = [_tick_of(probe, check.at) for check in checks]
    known = _known(probe, ticks)
    fates: list[PushFate] = []
    runs: list[CheckRun] = []
    for check, tick in zip(checks, ticks, strict=True):
        fate = _fate(check.at, now) or (PushFate.REPEATED if tick in known else PushFate.TAKEN)
        fates.append(fate)
        if fate is PushFate.TAKEN:
            known.add(tick)
            runs.append(_run(probe, check, tick, book))
    if runs:
        store_runs(runs, {probe.slug: probe}, book, now=now)
    counts = Counter(fates)
    refused = counts[PushFate.FUTURE] + counts[PushFate.OLD]
    PushToken.objects.filter(pk=token.pk).update(
        heard_at=now, taken=F("taken") + counts[PushFate.TAKEN], refused=F("refused") + refused
    )
    return PushResult(fates=tuple(fates))


def _fate(at: datetime, now: datetime) -> PushFate | None:
    if at > now + AHEAD_BY:
        return PushFate.FUTURE
    return PushFate.OLD if at < now - OLDEST else None


def _tick_of(probe: Probe, at: datetime) -> datetime:
    """The last instant up to ``at`` at which the probe was due."""
    interval_s = probe.interval_seconds * settings.CHECK_INTERVAL_FACTOR
    timetable = Timetable([(probe.pk, probe.slug, interval_s)])
    due = [tick for _, tick in timetable.due(at - timedelta(seconds=interval_s + 1), at)]
    return due[bisect_right(due, at) - 1]


def _known(probe: Probe, ticks: Sequence[datetime]) -> set[datetime]:
    rows = CheckResult.objects.filter(probe=probe, tick__in=ticks).exclude(outcome=Outcome.MISSED)
    return set(rows.values_list("tick", flat=True))


def _run(probe: Probe, check: PushedCheck, tick: datetime, book: CodeBook) -> CheckRun:
    code, message = _clean(check.code), _clean(check.message)
    outcome = book.read(error=check.error, http_status=check.http_status, code=code, message=message)
    slow = probe.slow_after_ms is not None and check.latency_ms > probe.slow_after_ms
    return CheckRun(
        probe=probe.slug,
        tick=tick,
        started_at=check.at - timedelta(milliseconds=check.latency_ms),
        ended_at=check.at,
        outcome=Outcome.SLOW if slow and outcome is Outcome.ACCEPTED else outcome,
        error=check.error,
        http_status=check.http_status,
        code=code,
        message=message,
        latency_ms=check.latency_ms,
        phases_ms={},
        hung_phase="",
        steps=(),
        certificate_expires_at=None,
    )


def _clean(text: str) -> str:
    """Without what looks like a secret or a person's number, and what no database keeps."""
    return scrubbed(text.replace("\0", ""))
