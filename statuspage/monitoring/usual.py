"""Keeps what pages usually look like: sent along with a check, and learned from what came of it."""

from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256

import msgspec

from probes.instrument.gateways.page_shapes import PageShape
from probes.instrument.runs import CheckRun
from probes.instrument.usual_pages import UsualPages
from statuspage.monitoring.models import Probe, UsualPage

# So often in a row a control's new page must come at two vantages to be its own.
ENOUGH_ELSEWHERE = 3


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
    rows = _held([probe for probe, _ in shaped])
    for probe, run in shaped:
        row, asked = rows[probe.pk], _asked(probe)
        known = _known(row) if row.asked == asked else UsualPages()
        if run.shape is not None and (learned := known.with_answer(run.shape, run.ended_at)) != known:
            row.asked = asked
            _store(row, learned.accepting() if _seen_elsewhere(probe, asked, learned) else learned)


def _held(probes: Collection[Probe]) -> dict[int, UsualPage]:
    """The row of each probe by its primary key, made if there is none, locked until the transaction ends.

    A batch that is handed out twice comes to the same new probe twice: the second must not lose its results.
    """
    locked = UsualPage.objects.select_for_update().order_by("probe_id")
    pks = [probe.pk for probe in probes]
    rows = locked.in_bulk(pks, field_name="probe_id")
    new = [UsualPage(probe=probe) for probe in probes if probe.pk not in rows]
    if not new:
        return rows
    UsualPage.objects.bulk_create(new, ignore_conflicts=True)
    return locked.in_bulk(pks, field_name="probe_id")


def accept(row: UsualPage) -> None:
    """Call usual what comes now, from the next batch of checks on."""
    _store(row, _known(row).accepting())


def _seen_elsewhere(probe: Probe, asked: str, learned: UsualPages) -> bool:
    """Whether a control's new page came at another vantage as well: then no network of ours made it.

    Of a component it would prove nothing, for its outage shows everywhere.
    """
    other = learned.other
    if probe.component_id is not None or other is None or learned.others < ENOUGH_ELSEWHERE:
        return False
    elsewhere = UsualPage.objects.filter(asked=asked).exclude(probe__vantage=probe.vantage_id)
    shapes: list[PageShape] = []
    for row in elsewhere:
        known = _known(row)
        came = known.other if known.others >= ENOUGH_ELSEWHERE else None
        shapes += known.usual if known.other is None else [came] if came else []
    return any(shape.fits(other) for shape in shapes)


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
