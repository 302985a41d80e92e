"""What is kept from one publication to the next is what is in the tables."""

from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from probes.vocabulary.states import ComponentState
from statuspage.incidents.models import Incident
from statuspage.public.publish.manifest import ManifestKeeper, manifest_in
from statuspage.public.publish.publisher import write
from statuspage.public.read import incidents
from statuspage.public.read.snapshot import build
from statuspage.public.render.pieces import Pieces
from statuspage.public.site import site
from tests.support.public_rows import World, make_incident


def test_page_of_an_incident_stays_when_many_came_after_it(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incidents, "INCIDENTS_SHOWN", 2)
    made = [
        make_incident(world, ago=timedelta(hours=ago), lasted=timedelta(minutes=5)) for ago in (9, 6, 4, 2)
    ]
    Incident.objects.filter(pk=made[0].pk).update(title_en="Told long ago")

    snapshot = build(world.now)
    write(snapshot, tmp_path)
    first = [tmp_path / "current" / f"en/incidents/{row.public_id}/index.html" for row in made]
    inodes = [page.stat().st_ino for page in first]
    write(build(world.now + timedelta(seconds=15)), tmp_path)

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
    months = {name: tmp_path / "current" / "history" / name / "index.html" for name in ("2026-08", "2026-10")}

    write(build(world.now), tmp_path)
    inodes = [page.stat().st_ino for page in months.values()]
    with django_assert_max_num_queries(26):
        write(build(world.now + timedelta(seconds=15)), tmp_path)
    again = [page.stat().st_ino for page in months.values()]
    corrected = world.now + timedelta(seconds=16)
    Incident.objects.filter(pk=made[0].pk).update(title_zh="更正过的", updated_at=corrected)
    write(build(corrected), tmp_path)

    assert again == inodes
    assert months["2026-08"].read_text().count('class="story') == 2
    assert "更正过的" in months["2026-08"].read_text()
    assert months["2026-10"].stat().st_ino == inodes[1]
    assert 'href="/history/2026-08/"' in months["2026-10"].read_text()


def test_piece_is_made_again_when_a_whole_turn_did_not_ask_for_it() -> None:
    pieces, row = Pieces(), {"slug": "qr", "name": None, "state": ComponentState.MAJOR}
    said = []
    for turns in (1, 0, 1, 2):
        for _ in range(turns):
            pieces.turn(site())
        said.append(pieces.get("public/_badge.html", "/", "row", row))

    first, *others = said
    assert [piece is first for piece in others] == [True, True, False]
    assert set(said) == {first}


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
