"""Nothing that is published is ever stale: after any change it is what it would be if made from nothing."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from probes.vocabulary.states import ComponentState, IncidentStatus
from statuspage.incidents import handling
from statuspage.incidents.models import (
    Announcement,
    ComponentDay,
    ComponentStatus,
    Incident,
    IncidentUpdate,
    Maintenance,
)
from statuspage.monitoring.models import (
    Component,
    ComponentGroup,
    Persona,
    Probe,
    Progress,
    Report,
    Source,
    Vantage,
)
from statuspage.public.publish import filling
from statuspage.public.publish.build import SOURCES, build_of
from statuspage.public.publish.manifest import MANIFEST, Manifest
from statuspage.public.publish.publisher import write
from statuspage.public.read import incidents
from statuspage.public.read.recent import RecentReader
from statuspage.public.read.snapshot import build
from statuspage.public.render import components
from statuspage.public.render.pieces import PIECES
from statuspage.public.templatetags.fogbreak import LABELS
from statuspage.wording.sentence import Sentence
from tests.support.public_rows import (
    World,
    make_announcement,
    make_incident,
    make_maintenance,
    make_past_day,
    set_state,
)

pytestmark = pytest.mark.slow
Change = Callable[[World], object]
ROOT = Path(__file__).parents[2]


def files(folder: Path) -> dict[str, bytes]:
    """Everything that is published, the compressed forms among it."""
    found = (path for path in (folder / "current").rglob("*") if path.is_file() and path.name != MANIFEST)
    return {str(path.relative_to(folder / "current")): path.read_bytes() for path in found}


def publish_all(world: World, folder: Path, recent: RecentReader) -> Manifest:
    """Publish, always as of the same moment, until every page is made."""
    while not (manifest := write(build(world.now, recent), folder)).complete:
        pass
    return manifest


@pytest.fixture
def rich(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Something of everything that a page can show; most of it so long ago that its files are kept."""
    monkeypatch.setattr(incidents, "INCIDENTS_SHOWN", 3)
    for module in (components, filling):
        monkeypatch.setattr(module, "MANY", 3)
    make_past_day(world)
    for days in (100, 70, 40, 2):
        make_incident(world, ago=timedelta(days=days), lasted=timedelta(minutes=5))
    make_incident(world, cause=Cause.RISK_CONTROL, ago=timedelta(hours=5), lasted=timedelta(hours=1))
    make_incident(world)
    make_announcement(world)
    make_announcement(world, title_en="Pinned", pinned=True)
    make_maintenance(world)
    bad, calm = bad_and_calm_day(world)
    ComponentDay.objects.filter(pk=bad.pk).update(outage_seconds=600, observed_seconds=86400)
    ComponentDay.objects.filter(pk=calm.pk).update(outage_seconds=0, observed_seconds=86400)
    return world


def bad_and_calm_day(world: World) -> tuple[ComponentDay, ComponentDay]:
    bad, calm = ComponentDay.objects.filter(component=world.components["fenfu-qr"]).order_by("day")[20:22]
    return bad, calm


def stamped(which: int, **fields: object) -> Change:
    """Change an incident, counted from the newest, as whoever changes one does."""

    def change(world: World) -> None:
        row = Incident.objects.order_by("-started_at")[which]
        later = world.now + timedelta(seconds=1)
        Incident.objects.filter(pk=row.pk).update(updated_at=later, **fields)

    return change


def write_update(which: int) -> Change:
    """Write an update that leaves the status as it is."""

    def change(world: World) -> None:
        row = Incident.objects.order_by("-started_at")[which]
        handling.say(
            row,
            status=IncidentStatus(row.status),
            body=Bilingual("又有话说", "One more word"),
            author=None,
            now=world.now + timedelta(seconds=1),
        )

    return change


def hide_a_quote(world: World) -> None:
    """Hide a post that incidents quote as evidence."""
    post = Report.objects.order_by("pk")[0]
    Report.objects.filter(pk=post.pk).update(text="QR code keeps spinning", hidden=True)


def swap_days(world: World) -> None:
    """Change two days so that every sum over all days stays as it was."""
    bad, calm = bad_and_calm_day(world)
    ComponentDay.objects.filter(pk=bad.pk).update(outage_seconds=0)
    ComponentDay.objects.filter(pk=calm.pk).update(outage_seconds=600)


CHANGES: dict[str, Change] = {
    "a component's name": lambda world: Component.objects.filter(slug="fenfu-qr").update(name_en="Renamed"),
    "a component's description": lambda world: Component.objects.update(description_zh="新的说明"),
    "a component's place": lambda world: Component.objects.filter(slug="fenfu-qr").update(position=99),
    "a component's group": lambda world: Component.objects.filter(slug="fenfu-qr").update(
        group=ComponentGroup.objects.get(slug="cards")
    ),
    "a component's state": lambda world: set_state(world, "wxpay-card", ComponentState.MAJOR),
    "since when a state holds": lambda world: ComponentStatus.objects.update(since=world.now),
    "a component that is retired": lambda world: Component.objects.filter(slug="card-checkout").update(
        retired=True
    ),
    "a component that is gone": lambda world: (
        Probe.objects.filter(component__slug="fenfu-qr").delete(),
        Component.objects.filter(slug="fenfu-qr").delete(),
    ),
    "a new component": lambda world: Component.objects.create(slug="new", name_zh="新", name_en="New"),
    "a group's name": lambda world: ComponentGroup.objects.filter(slug="fenfu").update(name_zh="新名"),
    "a group's place": lambda world: ComponentGroup.objects.filter(slug="fenfu").update(position=9),
    "a persona's name": lambda world: Persona.objects.filter(slug="reseller").update(name_en="Trader"),
    "a vantage's name": lambda world: Vantage.objects.filter(slug="east").update(name_zh="东边"),
    "a source that cannot be read": lambda world: Source.objects.update(
        last_success_at=world.now - timedelta(days=3)
    ),
    "an announcement": lambda world: make_announcement(world, title_en="New hotline"),
    "an announcement's text": lambda world: Announcement.objects.update(body_en="Other words"),
    "a maintenance": lambda world: make_maintenance(world, title_en="More work"),
    "a maintenance that is withdrawn": lambda world: Maintenance.objects.update(
        status="cancelled", revision=1
    ),
    "a new incident": lambda world: make_incident(world, ago=timedelta(minutes=1)),
    "an open incident's title": stamped(0, title_zh="另一个标题"),
    "an open incident's confidence": lambda world: Incident.objects.filter(resolved_at=None).update(
        confidence=0.51
    ),
    "a recent incident's title": stamped(1, title_en="Corrected"),
    "an old incident's title": stamped(5, title_en="Corrected long after"),
    "an old incident's cause": stamped(4, cause="maintenance"),
    "an old incident's beginning": lambda world: stamped(5, started_at=world.now - timedelta(days=130))(
        world
    ),
    "a recent incident's post-mortem": stamped(1, postmortem_en="What **really** happened"),
    "an old incident's post-mortem": stamped(5, postmortem_zh="**真相**"),
    "an open incident's update": write_update(0),
    "a recent incident's update": write_update(1),
    "an old incident's update": write_update(5),
    "an update's text": lambda world: IncidentUpdate.objects.filter(
        incident=Incident.objects.order_by("-started_at")[1]
    ).update(body_en="Put otherwise"),
    "a quote that is hidden": hide_a_quote,
    "a report that is hidden": lambda world: Report.objects.filter(
        at__gt=world.now - timedelta(hours=1)
    ).update(hidden=True),
    "a day's sums": lambda world: ComponentDay.objects.filter(
        component=world.components["fenfu-qr"], day=world.now.date() - timedelta(days=40)
    ).update(outage_seconds=7000),
    "two days of the same sum": swap_days,
    "how far all is known": lambda world: Progress.objects.update(
        concluded_until=world.now - timedelta(hours=1)
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_no_file_is_stale_when_something_that_it_may_show_has_changed(
    rich: World, tmp_path: Path, change: Change
) -> None:
    assert_nothing_is_stale(rich, tmp_path, lambda: change(rich))


SETTINGS = {
    "SITE_NAME_ZH": "别的名字",
    "SITE_NAME_EN": "Another name",
    "SITE_URL": "https://pay.example",
    "TIME_ZONE": "America/New_York",
}


@pytest.mark.parametrize(("name", "value"), SETTINGS.items())
def test_no_file_is_stale_when_a_setting_of_the_site_has_changed(
    rich: World, tmp_path: Path, settings: Settings, name: str, value: str
) -> None:
    assert_nothing_is_stale(rich, tmp_path, lambda: setattr(settings, name, value))


def test_no_file_is_stale_when_another_build_words_it_otherwise(
    rich: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def upgrade() -> None:
        for name in LABELS:
            monkeypatch.setitem(LABELS, name, Sentence("新的说法", "Put otherwise"))
        monkeypatch.setattr(filling, "build_id", lambda: "another")
        PIECES.forget()

    assert_nothing_is_stale(rich, tmp_path, upgrade)


def assert_nothing_is_stale(world: World, folder: Path, change: Callable[[], object]) -> None:
    """Publish, change and publish again; then once more from nothing: every file must be the same."""
    recent = RecentReader()
    publish_all(world, folder / "used", recent)
    before = files(folder / "used")
    change()
    publish_all(world, folder / "used", recent)
    after = files(folder / "used")

    PIECES.forget()
    publish_all(world, folder / "new", RecentReader())

    expected = files(folder / "new")
    assert after.keys() == expected.keys()
    assert [name for name in expected if after[name] != expected[name]] == []
    assert after != before


CHANGED_FILES = [
    "statuspage/locale/zh_Hans/LC_MESSAGES/django.mo",
    "statuspage/wording/page.py",
    "statuspage/incidents/uptime.py",
    "statuspage/public/render/charts.py",
    "probes/vocabulary/bilingual.py",
    "templates/public/_story.html",
]


@pytest.mark.parametrize("name", CHANGED_FILES)
def test_build_is_another_when_a_file_that_words_or_looks_come_from_has_changed(
    tmp_path: Path, name: str
) -> None:
    for room in {room for room, _ in SOURCES}:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    before = build_of(tmp_path)
    with (tmp_path / name).open("ab") as file:
        file.write(b"\n")

    assert build_of(tmp_path) != before
    assert build_of(ROOT) == before
