"""What each reader finds in a sample of its tool, and what it says cannot be brought over."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from probes.vocabulary.causes import Impact
from probes.vocabulary.origins import Origin
from probes.vocabulary.states import IncidentStatus, MaintenanceStatus
from statuspage.importing.reading import read_site
from statuspage.importing.values import CarriedProbe, CarriedSite
from tests.importing.samples import SAMPLES, read_sample, sample_of

BEGAN = datetime(2026, 10, 2, 3, 4, 5, tzinfo=UTC)
ENDED = BEGAN + timedelta(minutes=12)
PAY = "https://pay.example.com/health"

# By tool: each component's group and name, and each incident's component, title, impact and end.
COMPONENTS: dict[Origin, list[tuple[str, str]]] = {
    Origin.KUMA: [
        ("Wallet", "扫码支付"),
        ("Cards", "Card checkout"),
        ("", "Database"),
        ("", "Old page"),
    ],
    Origin.GATUS: [("wallet", "QR payment"), ("", "card-checkout"), ("", "dns")],
    Origin.UPPTIME: [("", "QR payment"), ("", "Card checkout"), ("", "Secret page"), ("", "API by post")],
    Origin.CSTATE: [("Wallet", "QR payment"), ("Cards", "Card checkout"), ("", "Orphan")],
    Origin.STATUSPAGE: [("Wallet", "QR payment"), ("", "Card checkout")],
}
INCIDENTS: dict[Origin, list[tuple[str, str, Impact, bool]]] = {
    Origin.KUMA: [
        ("扫码支付", "", Impact.MAJOR, True),
        ("Card checkout", "", Impact.MAJOR, False),
    ],
    Origin.GATUS: [
        ("QR payment", "", Impact.MAJOR, True),
        ("card-checkout", "", Impact.MAJOR, False),
    ],
    Origin.UPPTIME: [
        ("QR payment", "QR payment is down", Impact.MAJOR, True),
        ("Card checkout", "Card checkout has degraded performance", Impact.MINOR, False),
    ],
    Origin.CSTATE: [
        ("QR payment", "Major outage", Impact.MAJOR, True),
        ("Card checkout", "刷卡变慢", Impact.MINOR, False),
    ],
    Origin.STATUSPAGE: [
        ("Card checkout", "Card checkout is slow", Impact.MINOR, False),
        ("QR payment", "QR payment fails", Impact.CRITICAL, True),
    ],
}
# What is left out, by its place and a word of why.
LEFT_OUT: dict[Origin, list[tuple[str, str]]] = {
    Origin.KUMA: [
        ("kuma.db monitor 3", "headers of 'Card checkout'"),
        ("kuma.db monitor 4", "no checks of the kind 'port'"),
        ("kuma.db maintenance 2", "no single window (recurring-weekday)"),
        ("kuma.db incident 1", "write it as an announcement"),
        ("kuma.db notification 1", "channels are set up anew"),
    ],
    Origin.GATUS: [
        ("config.yaml:10", "CERTIFICATE_EXPIRATION"),
        ("config.yaml:25", "by http and https"),
        ("config.yaml:34", "external-endpoints"),
        ("config.yaml", "it recurs"),
        ("config.yaml:42", "announcement"),
        ("config.yaml", "alerting"),
    ],
    Origin.UPPTIME: [
        (".upptimerc.yml:16", "of addresses that stand there in full"),
        (".upptimerc.yml:18", "not by POST"),
        ("history/gone.yml", "no such site"),
        ("issues/15.md", "none of its labels is a site"),
        (".upptimerc.yml", "notifications"),
    ],
    Origin.CSTATE: [
        ("config.yml:11", "link of 'QR payment'"),
        ("content/issues/2026-10-02-outage.md", "system 'Forgotten'"),
        ("content/issues/notice.md", "it is informational"),
    ],
    Origin.STATUSPAGE: [
        ("incidents.json incidents[3]", "names no component"),
        ("subscribers.csv:3", "only mail"),
        ("subscribers.csv:5", "none is there"),
    ],
}


def named(site: CarriedSite, keys: tuple[str, ...]) -> str:
    names = {component.key: component.name for component in site.components}
    return ", ".join(names[key] for key in keys)


@pytest.mark.parametrize("origin", list(Origin))
def test_reader_finds_components_with_their_groups(origin: Origin, tmp_path: Path) -> None:
    site = read_sample(origin, tmp_path)

    assert [(component.group, component.name) for component in site.components] == COMPONENTS[origin]


@pytest.mark.parametrize("origin", list(Origin))
def test_reader_finds_incidents_with_their_times(origin: Origin, tmp_path: Path) -> None:
    site = read_sample(origin, tmp_path)

    told = [
        (named(site, one.components), one.title, one.impact, one.resolved_at is not None)
        for one in site.incidents
    ]
    assert told == INCIDENTS[origin]
    (over,) = (one for one in site.incidents if one.resolved_at is not None)
    assert abs(over.started_at - BEGAN) < timedelta(seconds=1)
    assert over.resolved_at is not None
    assert abs(over.resolved_at - ENDED) < timedelta(seconds=1)
    assert over.updates[0].status is IncidentStatus.INVESTIGATING
    assert over.updates[-1].status is IncidentStatus.RESOLVED
    (going_on,) = (one for one in site.incidents if one.resolved_at is None)
    assert going_on.started_at == datetime(2026, 11, 22, 4, tzinfo=UTC)


@pytest.mark.parametrize("origin", list(Origin))
def test_reader_says_with_its_place_what_it_leaves_out(origin: Origin, tmp_path: Path) -> None:
    left = [str(one) for one in read_sample(origin, tmp_path).left_out]

    for place, why in LEFT_OUT[origin]:
        assert any(line.startswith(f"{place}:") and why in line for line in left), (place, why, left)
    assert "secret" not in " ".join(left).replace("secrets by reference", "")


@pytest.mark.parametrize(
    ("origin", "name", "probe"),
    [
        (
            Origin.KUMA,
            "扫码支付",
            CarriedProbe(url=f"{PAY}?full=1", interval_s=30, expect_text='"ok"'),
        ),
        (
            Origin.KUMA,
            "Card checkout",
            CarriedProbe(
                url="https://cards.example.com",
                operation="head",
                interval_s=20,
                timeout_s=24,
                expect_status=(200, 301, 302),
            ),
        ),
        (Origin.KUMA, "Old page", CarriedProbe(url="https://old.example.com/", interval_s=20, enabled=False)),
        (
            Origin.GATUS,
            "QR payment",
            CarriedProbe(url=PAY, interval_s=90, expect_status=(200,), expect_text="ok", slow_after_ms=500),
        ),
        (
            Origin.GATUS,
            "card-checkout",
            CarriedProbe(
                url="https://cards.example.com/", interval_s=30, expect_status=(204,), enabled=False
            ),
        ),
        (
            Origin.UPPTIME,
            "QR payment",
            CarriedProbe(url=PAY, interval_s=300, expect_status=(200, 204), slow_after_ms=5000),
        ),
        (Origin.GATUS, "dns", None),
        (Origin.CSTATE, "QR payment", None),
    ],
)
def test_reader_makes_of_a_check_of_a_page_what_ours_can_ask(
    origin: Origin, name: str, probe: CarriedProbe | None, tmp_path: Path
) -> None:
    site = read_sample(origin, tmp_path)

    (component,) = (one for one in site.components if one.name == name)
    assert component.probe == probe


@pytest.mark.parametrize(
    ("origin", "start"),
    [
        pytest.param(Origin.KUMA, datetime(2026, 11, 30, 18, tzinfo=UTC), id="in a zone of its own"),
        pytest.param(Origin.UPPTIME, datetime(2026, 12, 1, 13, 0, 0, 220000, tzinfo=UTC), id="in a comment"),
        pytest.param(Origin.STATUSPAGE, datetime(2026, 12, 1, 13, tzinfo=UTC), id="in a body"),
    ],
)
def test_reader_finds_planned_work_when_it_has_one_window(
    origin: Origin, start: datetime, tmp_path: Path
) -> None:
    work = read_sample(origin, tmp_path).works[0]

    assert work.starts_at == start
    assert work.components


def test_statuspage_tells_its_updates_in_order_and_who_wants_mail(tmp_path: Path) -> None:
    site = read_sample(Origin.STATUSPAGE, tmp_path)

    over = site.incidents[1]
    assert [update.body for update in over.updates] == [
        "扫码支付失败，正在查找原因。",
        "A fix is in place.",
        "This is over.",
    ]
    assert over.postmortem == "The disk was **full**."
    assert [work.status for work in site.works] == [MaintenanceStatus.SCHEDULED, MaintenanceStatus.COMPLETED]
    assert [(one.address, one.components) for one in site.subscribers] == [
        ("reader@example.com", ("c1", "c2")),
        ("all@example.com", ()),
        ("no address@example.com", ()),
    ]


def test_backup_of_kuma_has_its_monitors_when_there_is_no_database() -> None:
    site = read_site(Origin.KUMA, SAMPLES / "kuma" / "backup.json", UTC)

    assert [(one.group, one.name) for one in site.components] == [("Wallet", "QR payment"), ("", "Ping")]
    assert site.components[0].probe == CarriedProbe(url=PAY, interval_s=30, expect_text="ok")


def test_cstate_tells_each_part_of_a_text_at_its_moment(tmp_path: Path) -> None:
    (over, _) = read_sample(Origin.CSTATE, tmp_path).incidents

    assert [(update.status.value, update.body) for update in over.updates] == [
        ("investigating", "We are looking into it."),
        ("identified", "The database was full."),
        ("resolved", "Payments work again."),
    ]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('_Resolved_ {{< track "2026-10-02 03:16:05" >}}', [("resolved", "Resolved")]),
        (
            '**Update**: It goes on. {{< track "2026-10-02 03:16:05" >}}',
            [("resolved", "**Update**: It goes on.")],
        ),
        (
            '<!-- *Resolved* - no {{< track "2026-10-02 03:16:05" >}} -->\nWe look.',
            [("resolved", "We look.")],
        ),
        (
            'A {{< track "2026-10-02 03:10:00" >}}\n\n---\n\n'
            'Monitoring: B {{< track "2026-10-02 03:04:05" >}}',
            [("monitoring", "B"), ("resolved", "A")],
        ),
    ],
    ids=["a word alone", "a word of its own", "commented out", "a line between"],
)
def test_cstate_reads_entries_as_they_are_written_elsewhere(
    body: str, told: list[tuple[str, str]], tmp_path: Path
) -> None:
    folder = sample_of(Origin.CSTATE, tmp_path)
    file = folder / "content/issues/2026-10-02-outage.md"
    head = "---".join(file.read_text().split("---")[:2])
    file.write_text(f"{head}---\n{body}\n")

    (over, _) = read_site(Origin.CSTATE, folder, UTC).incidents

    assert [(update.status.value, update.body) for update in over.updates] == told
