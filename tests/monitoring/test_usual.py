"""What pages usually look like, from the first check to the admin's click."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client
from pytest_django import Settings

from probes.instrument.usual_pages import ENOUGH
from statuspage.monitoring.measuring import run_batch
from statuspage.monitoring.models import CheckResult, Endpoint, Probe, UsualPage
from statuspage.monitoring.standing import DueCheck
from tests.support.probe_rows import build_probe
from tests.support.websites import Answer, Website, website

pytestmark = pytest.mark.django_db

HTML = {"Content-Type": "text/html"}
GOOD = Answer(b"<title>Pay</title>welcome", headers=HTML)
PORTAL = Answer(b"<title>Login to WiFi</title>welcome", headers=HTML)


@pytest.fixture(autouse=True)
def uncollected_files(settings: Settings) -> None:
    """The admin's own style sheets are found by name, though nobody collected them."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


def clock() -> datetime:
    return datetime.now(UTC)


def check(probe: Probe, times: int = 1) -> CheckResult:
    """Run checks of different ticks and give the newest."""
    for _ in range(times):
        run_batch([DueCheck(probe_id=probe.pk, tick=clock())], clock=clock)
    return CheckResult.objects.filter(probe=probe).latest("tick")


def learning(site: Website, probe: Probe) -> None:
    Endpoint.objects.update(base_url=site.url)
    site.answers["/"] = GOOD
    check(probe)
    row = UsualPage.objects.get(probe=probe)
    row.seen *= ENOUGH - 1
    row.save()
    check(probe)


def test_check_reports_a_changed_page_when_what_is_usual_was_learned_by_other_workers() -> None:
    probe = build_probe()
    with website(**{"": GOOD}) as site:
        learning(site, probe)
        site.answers["/"] = PORTAL

        changed = check(probe)

    assert (changed.outcome, changed.code) == ("bad_answer", "CHANGED_PAGE")
    assert changed.message == "title was 'Pay', is 'Login to WiFi'"
    page = UsualPage.objects.get()
    assert [usual["heading"] for usual in page.usual] == ["Pay"]
    assert page.other
    assert page.other["heading"] == "Login to WiFi"


def test_what_is_usual_is_learned_anew_when_the_probe_asks_for_another_address() -> None:
    probe = build_probe()
    with website(**{"": GOOD, "other": PORTAL}) as site:
        learning(site, probe)
        Probe.objects.update(options={"path": "/other"})

        found = check(probe)

    assert found.outcome == "accepted"
    assert (UsualPage.objects.get().usual, len(UsualPage.objects.get().seen)) == ([], 1)


@pytest.mark.parametrize(
    ("control", "vantages", "last"),
    [
        (True, ("east", "south"), "accepted"),
        (True, ("east",), "bad_answer"),
        (False, ("east", "south"), "bad_answer"),
    ],
    ids=["a control's page changed", "a captive portal", "a component's page changed"],
)
def test_new_page_of_a_control_is_usual_when_other_vantages_see_it_too(
    control: bool, vantages: tuple[str, ...], last: str
) -> None:
    of = {"component": None, "persona": None} if control else {}
    probes = [build_probe(f"page.{vantage}", vantage=vantage, **of) for vantage in vantages]
    with website(**{"": GOOD}) as site:
        for probe in probes:
            learning(site, probe)
        site.answers["/"] = PORTAL
        for probe in probes:
            check(probe, times=3)

        found = [check(probe, times=2).outcome for probe in probes]

    assert found == [last] * len(probes)


def test_result_is_kept_when_another_worker_is_first_to_learn_of_the_same_new_probe(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    probe, found, asked = build_probe(), QuerySet.in_bulk, Counter[type]()

    def not_there_yet(rows: QuerySet[UsualPage], *args: Any, **named: Any) -> dict[Any, Any]:
        asked[rows.model] += 1
        if rows.model is UsualPage and asked[UsualPage] == 1:
            UsualPage.objects.create(probe=probe)
            return {}
        return found(rows, *args, **named)

    monkeypatch.setattr(QuerySet, "in_bulk", not_there_yet)
    with website(**{"": GOOD}) as site:
        Endpoint.objects.update(base_url=site.url)

        result = check(probe)

    assert result.outcome == "accepted"
    assert len(UsualPage.objects.get().seen) == 1


def test_nothing_is_learned_when_a_text_is_expected() -> None:
    probe = build_probe(options={"expect_text": "welcome"})
    with website(**{"": GOOD}) as site:
        Endpoint.objects.update(base_url=site.url)

        check(probe)

    assert not UsualPage.objects.exists()


def test_changed_page_is_accepted_from_then_on_when_an_admin_says_that_it_is_good(
    admin_client: Client,
) -> None:
    probe = build_probe()
    with website(**{"": GOOD}) as site:
        learning(site, probe)
        site.answers["/"] = PORTAL
        before = check(probe)
        page = UsualPage.objects.get()
        chosen = {"action": "accept_as_good", "_selected_action": [page.pk]}

        answered = admin_client.post("/admin/monitoring/usualpage/", chosen)
        found = check(probe)

    assert (answered.status_code, before.outcome, found.outcome) == (302, "bad_answer", "accepted")
    assert UsualPage.objects.get().other is None


def test_usual_pages_are_shown_when_an_admin_looks(admin_client: Client) -> None:
    shape = {"kind": "text/html", "heading": "<b>Pay</b>", "length": 900}
    other = {"kind": "text/html", "heading": None, "length": 7}
    UsualPage.objects.create(
        probe=build_probe(), usual=[shape], other=other, other_since=clock() - timedelta(hours=1)
    )

    shown = admin_client.get("/admin/monitoring/usualpage/").content.decode()

    assert "text/html · &lt;b&gt;Pay&lt;/b&gt; · 900" in shown
    assert "· 7" in shown
