"""PostgreSQL, Redis, all workers and two schedules: two things go wrong at once, and then everything goes."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from statuspage.ages import STALE_AFTER_S
from statuspage.public.publish.manifest import MANIFEST, POINTER, read_manifest
from statuspage.public.publish.shelf import point_to
from tests.production.place import ROOT
from tests.production.prometheus import Prometheus, prometheus_server
from tests.production.protocol import RIGHT_AFTER
from tests.production.reading import Look, Reader, fetched
from tests.production.site import POSTGRES, REDIS, Combination, Site, site_for_real
from tests.support.processes import wait_until

DASHBOARD = ROOT / "deploy" / "grafana" / "dashboards" / "fogbreak.json"
# Two things at once, on components that have nothing in common.
CALM_S, LASTS_S = 25.0, 60.0
CAUSES = {"fenfu-qr": "risk_control", "wxpay-card": "outage"}
COMBINATION = Combination(
    database=POSTGRES, broker=REDIS, schedules=2, variables={"CHECK_INTERVAL_FACTOR": str(1 / 12)}
)
WEB, WEB_AGAIN = "fogbreak-web", "the web server, once more"
AT_PAGE = re.compile(r'<time datetime="([^"]+)" data-form="seconds"')
# A page tells until when things were known, which is before it was made.
AT_JSON = re.compile(r'"updated_at":"[^"]+","x_known_until":"([^"]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What was read while all was taken away. ``again``: the app, started without a database."""

    site: Site
    looks: list[Look]
    stale_from: int
    again: Look

    def through(self, address: str) -> list[Look]:
        """What ``address`` answered while the app was there."""
        return [look for look in self.looks if look.url.startswith(address) and WEB in look.left]


@pytest.fixture(scope="module")
def stack() -> Iterator[ExitStack]:
    with ExitStack() as everything:
        yield everything


@pytest.fixture(scope="module")
def site(stack: ExitStack, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    return stack.enter_context(site_for_real(shared, tmp_path_factory.mktemp("real"), COMBINATION))


@pytest.fixture(scope="module")
def right_after_s(site: Site) -> float:
    """How long it took until the site was right."""
    return site.seconds_until_right()


@pytest.fixture(scope="module")
def prometheus(stack: ExitStack, site: Site, right_after_s: float) -> Prometheus:
    """Prometheus after both incidents came and went."""
    watching = stack.enter_context(prometheus_server(site.folder.parent, scrapes=site.app))
    time.sleep(CALM_S)  # the detector learns what is usual
    minutes = ("--minutes", str(LASTS_S / 60))
    site.manage("scenario", "start", "risk-wave", "--component", "fenfu-qr", *minutes)
    site.manage("scenario", "start", "outage", "--component", "wxpay-card", *minutes)
    wait_until(
        lambda: _open_causes(site) == CAUSES,
        seconds=LASTS_S,
        what=f"both causes; see {site.folder}",
        every=0.5,
    )
    wait_until(lambda: not _open_causes(site), seconds=LASTS_S + 90, what="both resolved", every=0.5)
    return watching


@pytest.fixture(scope="module")
def taken(prometheus: Prometheus, site: Site) -> Taken:
    """After all of it was taken away."""
    # Not an incident's page: what is over does not age.
    paths = ("/", "/en/", "/api/v2/summary.json")
    reader = Reader(
        urls=[address + path for address in (site.app, site.nginx) for path in paths], parts=site.parts
    )
    reader.start()
    try:
        stale_from, again = _take_away(site, reader)
    finally:
        reader.is_done.set()
        reader.join(20)
    return Taken(site=site, looks=reader.looks, stale_from=stale_from, again=again)


def test_page_is_right_within_a_minute_when_the_site_starts(
    site: Site, right_after_s: float, record_property: Callable[[str, object], None]
) -> None:
    record_property(RIGHT_AFTER, (str(site.combination), right_after_s))

    assert site.states() == {"operational"}


def test_site_for_real_tells_causes_apart_when_two_things_go_wrong_at_once(
    prometheus: Prometheus, site: Site
) -> None:
    ever = site.json("/api/v2/incidents.json")["incidents"]

    assert {incident["x_cause"] for incident in ever} == set(CAUSES.values())
    assert {incident["status"] for incident in ever} == {"resolved"}


def test_prometheus_has_data_for_every_panel_when_it_scrapes_the_site(prometheus: Prometheus) -> None:
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    expressions = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]

    def empty() -> list[str]:
        return [expression for expression in expressions if not prometheus.query(_filled(expression))]

    assert len(expressions) >= 10
    wait_until(lambda: not empty(), seconds=30, what="data for every panel", every=1)


def test_prometheus_alerts_by_cause_when_incidents_were_open(prometheus: Prometheus) -> None:
    fired = prometheus.query('count by (alertname) (max_over_time(ALERTS{alertstate="firing"}[10m]))')

    names = {row["metric"]["alertname"] for row in fired}

    # The wave is over before it would be told as confirmed by itself: whoever is on duty is asked to decide.
    assert {"PaymentOutage", "PaymentDecisionWaits"} <= names
    assert not names & {
        "PaymentRiskControlWave",
        "PaymentMaintenance",
        "PaymentPolicyChange",
        "FogbreakDown",
        "FogbreakPageStale",
    }


def test_logs_hold_no_errors_when_everything_runs_for_real(prometheus: Prometheus, site: Site) -> None:
    assert len(site.logs) >= 7
    assert site.complaints() == []


def test_doctor_finds_no_error_when_the_site_runs_for_real(prometheus: Prometheus, site: Site) -> None:
    try:
        printed = site.manage("doctor", "--json")
    except subprocess.CalledProcessError as warned:
        printed = warned.stdout

    assert [row for row in json.loads(printed) if row["level"] == "error"] == []


def test_app_answers_everything_when_engine_broker_and_database_are_taken_away(taken: Taken) -> None:
    looks = taken.through(taken.site.app)

    assert {look.status for look in looks} == {200}
    assert {"database" in look.left for look in looks} == {True, False}


def test_nginx_answers_everything_when_the_app_is_taken_away_too(taken: Taken) -> None:
    looks = [look for look in taken.looks if look.url.startswith(taken.site.nginx)]

    assert {look.status for look in looks} == {200}
    assert {WEB in look.left for look in looks} == {True, False}


def test_app_serves_what_is_published_when_it_starts_without_the_database(taken: Taken) -> None:
    assert taken.again.status == 200
    assert _age_told(taken.again) is not None


def test_every_answer_tells_its_age_when_nothing_makes_a_new_one(taken: Taken) -> None:
    read = [look for look in taken.looks if look.status == 200]

    ages = [_age_told(look) for look in read]

    assert len(read) > 150
    assert None not in ages
    assert len({age for age, look in zip(ages, read, strict=True) if "broker" not in look.left}) == 1


def test_app_warns_when_the_clock_of_the_last_page_has_passed(taken: Taken) -> None:
    late = [
        look
        for look in taken.looks[taken.stale_from :]
        if look.url.startswith(taken.site.app) and look.status
    ]
    early = [look for look in taken.through(taken.site.app) if "broker" in look.left]

    assert len(late) >= 4
    assert all(_warns(look) for look in late)
    assert not any('id="stale" class="stale">' in look.body for look in early)


def test_page_brings_what_its_script_needs_to_warn_when_nginx_serves_it(taken: Taken) -> None:
    pages = [
        look
        for look in taken.looks
        if look.url.startswith(taken.site.nginx) and WEB not in look.left and not look.url.endswith(".json")
    ]

    assert len(pages) >= 3
    assert all(f'data-stale="{STALE_AFTER_S}"' in look.body for look in pages)


def _take_away(site: Site, reader: Reader) -> tuple[int, Look]:
    """Part by part; from which look on the page was too old, and what the app said after a new start."""
    reader.keep_reading(8)
    for unit in [name for name in site.parts if name.startswith("fogbreak-") and name != WEB]:
        site.stop(unit)
    for name in ("broker", "database"):
        site.stop(name)
        reader.keep_reading(8)
    site.stop(WEB)
    reader.keep_reading(4)
    site.start_unit(WEB, part=WEB_AGAIN)
    wait_until(
        lambda: fetched(site.app + "/")["status"] == 200, seconds=30, what="the app without a database"
    )
    again = Look(left=(), url=site.app + "/", **fetched(site.app + "/"))
    _let_time_pass(site.snapshot)
    reader.keep_reading(2)
    stale_from = len(reader.looks)
    reader.keep_reading(8)
    site.stop(WEB_AGAIN)
    reader.keep_reading(8)
    return stale_from, again


def _let_time_pass(folder: Path) -> None:
    """As if the engine had gone some minutes earlier: the last snapshot again, with an older time."""
    last = read_manifest(folder)
    assert last is not None
    older = folder / f"{last.folder}-older"
    shutil.copytree(folder / POINTER, older)
    at = datetime.now(UTC) - timedelta(seconds=STALE_AFTER_S + 60)
    manifest = msgspec.structs.replace(last, at=at, folder=older.name)
    (older / MANIFEST).write_bytes(msgspec.json.encode(manifest))
    point_to(older, folder)


def _filled(expression: str) -> str:
    return expression.replace("$component", ".*").replace("$__rate_interval", "2m")


def _open_causes(site: Site) -> dict[str, str]:
    rows = site.json("/api/v2/incidents/unresolved.json")["incidents"]
    return {
        component["x_slug"]: row["x_cause"]
        for row in rows
        for component in row["components"]
        if not component["group"]
    }


def _age_told(look: Look) -> str | None:
    found = (AT_JSON if look.url.endswith(".json") else AT_PAGE).search(look.body)
    return found and found[1].replace(".000", "").partition(".")[0].removesuffix("Z")


def _warns(look: Look) -> bool:
    if look.url.endswith(".json"):
        return '"x_unknown":true' in look.body
    return 'id="stale" class="stale">' in look.body
