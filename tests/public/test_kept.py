"""What is kept from one publication to the next is what is in the tables."""

from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from statuspage.analysis.values import ReportEvidence
from statuspage.incidents.models import Incident
from statuspage.monitoring.models import Report
from statuspage.public.publish.manifest import ManifestKeeper, manifest_in
from statuspage.public.publish.publisher import write
from statuspage.public.read import incidents
from statuspage.public.read.incidents import IncidentReader
from statuspage.public.read.snapshot import Readers, build
from statuspage.public.read.values import IncidentView
from statuspage.public.render.pieces import Pieces
from tests.support.public_rows import World, make_incident, make_past_day


def test_incident_that_is_over_is_read_again_when_it_was_corrected(world: World) -> None:
    incident = make_incident(world, ago=timedelta(hours=5), lasted=timedelta(hours=1))
    reader = IncidentReader()
    reader.read()
    corrected = world.now + timedelta(seconds=1)
    Incident.objects.filter(pk=incident.pk).update(title_en="Corrected", updated_at=corrected)

    read, _ = reader.read()

    assert read == IncidentReader().read()[0]
    assert read[0].title.en == "Corrected"


def _reports(incident: IncidentView) -> tuple[ReportEvidence, ...]:
    assert incident.evidence is not None
    return incident.evidence.reports


def test_incident_is_read_again_when_a_text_is_hidden_or_it_is_still_open(world: World) -> None:
    make_past_day(world)
    make_incident(world, ago=timedelta(hours=5), lasted=timedelta(hours=1))
    still_open = make_incident(world)
    reader = IncidentReader()
    before, _ = reader.read()
    quoted = next(quote for said in _reports(before[-1]) for quote in said.quotes)
    post = Report.objects.order_by("pk")[:1].values_list("pk", flat=True)
    assert Report.objects.filter(pk__in=list(post)).update(text=quoted, hidden=True) == 1
    Incident.objects.filter(pk=still_open.pk).update(confidence=0.51)

    after, _ = reader.read()

    assert after == IncidentReader().read()[0]
    assert all(quoted not in said.quotes for incident in after for said in _reports(incident))
    assert next(incident for incident in after if incident.is_open).confidence == 0.51


def test_pages_are_the_same_when_readers_and_pieces_were_used_before(world: World, tmp_path: Path) -> None:
    readers, used, new = Readers(), tmp_path / "used", tmp_path / "new"
    make_past_day(world)
    for turn in range(3):
        make_incident(world, ago=timedelta(hours=turn + 2), lasted=timedelta(hours=1))
        write(build(world.now + timedelta(seconds=turn), readers), used)

    write(build(world.now + timedelta(seconds=2)), new)

    for name in ("index.html", "en/index.html", "en/_now.html", "history/index.html", "en/history.atom"):
        assert (used / "current" / name).read_text() == (new / "current" / name).read_text()


def test_page_of_an_incident_stays_when_many_came_after_it(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incidents, "INCIDENTS_SHOWN", 2)
    made = [
        make_incident(world, ago=timedelta(hours=ago), lasted=timedelta(minutes=5)) for ago in (9, 6, 4, 2)
    ]
    Incident.objects.filter(pk=made[0].pk).update(title_en="Told long ago")
    readers = Readers()

    snapshot = build(world.now, readers)
    write(snapshot, tmp_path)
    first = [tmp_path / "current" / f"en/incidents/{row.public_id}/index.html" for row in made]
    inodes = [page.stat().st_ino for page in first]
    write(build(world.now + timedelta(seconds=15), readers), tmp_path)

    assert [past.id for past in snapshot.past] == [made[1].public_id, made[0].public_id]
    assert "Told long ago" in first[0].read_text()
    assert [page.stat().st_ino for page in first] == inodes


def test_history_reaches_every_month_when_incidents_are_too_many_to_keep(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setattr(incidents, "INCIDENTS_SHOWN", 2)
    made = [
        make_incident(world, ago=timedelta(days=days), lasted=timedelta(minutes=5))
        for days in (100, 99, 40, 2, 1)
    ]
    readers = Readers()
    months = {name: tmp_path / "current" / "history" / name / "index.html" for name in ("2026-08", "2026-10")}

    write(build(world.now, readers), tmp_path)
    inodes = [page.stat().st_ino for page in months.values()]
    with django_assert_max_num_queries(24):
        write(build(world.now + timedelta(seconds=15), readers), tmp_path)
    again = [page.stat().st_ino for page in months.values()]
    corrected = world.now + timedelta(seconds=16)
    Incident.objects.filter(pk=made[0].pk).update(title_zh="更正过的", updated_at=corrected)
    write(build(corrected, readers), tmp_path)

    assert again == inodes
    assert months["2026-08"].read_text().count('class="story') == 2
    assert "更正过的" in months["2026-08"].read_text()
    assert months["2026-10"].stat().st_ino == inodes[1]
    assert 'href="/history/2026-08/"' in months["2026-10"].read_text()


def test_piece_is_forgotten_when_a_whole_turn_did_not_ask_for_it() -> None:
    pieces = Pieces()
    pieces.get("a", lambda: "first")
    pieces.turn()
    kept = pieces.get("a", lambda: "second")
    pieces.turn()
    pieces.turn()

    assert (kept, pieces.get("a", lambda: "third")) == ("first", "third")


def test_manifests_are_kept_in_bounded_number_when_there_are_many(world: World, tmp_path: Path) -> None:
    keeper = ManifestKeeper(2)
    folders = []
    for turn in range(3):
        write(build(world.now + timedelta(seconds=turn)), tmp_path)
        folders.append((tmp_path / "current").resolve())

    read = [keeper.read(folder) for folder in folders]

    assert read == [manifest_in(folder) for folder in folders]
    assert keeper.read(folders[2]) is read[2]
    assert keeper.read(folders[0]) is not read[0]
