"""Keeps what pages usually look like: sent along with a check, and learned from what came of it."""

from collections.abc import Iterable, Mapping
from hashlib import sha256

import msgspec

from probes.instrument.gateways.page_shapes import PageShape
from probes.instrument.runner import CheckRun
from probes.instrument.usual_pages import UsualPages
from statuspage.monitoring.models import Probe, UsualPage


def usual_of(probe: Probe) -> tuple[PageShape, ...]:
    """The shapes of the probe's good answers; none while they are learned, or since it asks for another."""
    row: UsualPage | None = getattr(probe, "usual_page", None)
    return _known(row).usual if row is not None and row.asked == _asked(probe) else ()


def learn(runs: Iterable[CheckRun], probes: Mapping[str, Probe]) -> None:
    """Take answers in whose shape decides whether they are good; ``probes`` by slug.

    Writes only where something is new. Call it in a transaction.
    """
    shaped = [(probes[run.probe], run) for run in runs if run.shape is not None]
    if not shaped:
        return
    rows = UsualPage.objects.select_for_update().in_bulk(
        [probe.pk for probe, _ in shaped], field_name="probe_id"
    )
    for probe, run in shaped:
        row, asked = rows.setdefault(probe.pk, UsualPage(probe=probe)), _asked(probe)
        known = _known(row) if row.asked == asked else UsualPages()
        if run.shape is not None and (learned := known.with_answer(run.shape, run.ended_at)) != known:
            row.asked = asked
            _store(row, learned)


def accept(row: UsualPage) -> None:
    """Call usual what comes now, from the next batch of checks on."""
    _store(row, _known(row).accepting())


def _asked(probe: Probe) -> str:
    told = [probe.endpoint.base_url, probe.operation, probe.options]
    return sha256(msgspec.json.encode(told, order="sorted")).hexdigest()


def _known(row: UsualPage) -> UsualPages:
    return UsualPages(
        usual=_shapes(row.usual),
        seen=_shapes(row.seen),
        other=msgspec.convert(row.other, PageShape | None),
        other_since=row.other_since,
        others=row.others,
    )


def _shapes(stored: object) -> tuple[PageShape, ...]:
    return msgspec.convert(stored, tuple[PageShape, ...])


def _store(row: UsualPage, known: UsualPages) -> None:
    row.usual, row.seen = msgspec.to_builtins(known.usual), msgspec.to_builtins(known.seen)
    row.other, row.other_since = msgspec.to_builtins(known.other), known.other_since
    row.others = known.others
    row.save()
