"""The page in a real browser: every state, both languages, phone and desktop, light and dark."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from probes.vocabulary.causes import Cause
from probes.vocabulary.states import ComponentState
from statuspage.incidents.models import ComponentDay, Incident
from statuspage.public.serve.server import SnapshotServer
from tests.support.public_rows import World, make_incident, set_state
from tests.support.situations import SITUATIONS, bring_about
from tests.support.wsgi import serving

pytestmark = pytest.mark.e2e
Opener = Callable[..., Page]
PHONE, DESKTOP = 390, 1280
FIRST_VISIT_BYTES = 60_000
HOUR = timedelta(hours=1)
COUNT_ANNOUNCEMENTS = """
window.announced = [];
new MutationObserver(() => announced.push(document.getElementById("announcer").textContent))
  .observe(document.getElementById("announcer"), { childList: true });
"""
FORMS = [  # language, width, scheme, and whether axe looks at it, which takes a second
    ("/", PHONE, "dark", True),
    ("/", DESKTOP, "light", False),
    ("/en/", PHONE, "light", True),
    ("/en/", DESKTOP, "dark", False),
]


def assert_accessible(page: Page) -> None:
    violations = Axe().run(page).response["violations"]
    assert not violations, (page.url, [(each["id"], each["nodes"][0]["html"]) for each in violations])


@pytest.mark.parametrize("situation", SITUATIONS)
def test_page_is_readable_and_accessible_in_every_form_when_something_is_on(
    world: World, publish: Callable[[], None], site: str, opened: Opener, situation: str
) -> None:
    bring_about(world, situation)
    publish()

    for root, width, scheme, with_axe in FORMS:
        page = opened(site + root, width=width, scheme=scheme)
        where = (root, width, scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, where
        headline = page.locator("h1").bounding_box()
        assert headline
        assert headline["y"] + headline["height"] < 400, where
        if with_axe:
            assert_accessible(page)


def test_other_pages_are_accessible_when_there_is_an_incident(
    world: World, publish: Callable[[], None], site: str, opened: Opener
) -> None:
    bring_about(world, "risk_control")
    over = make_incident(world, cause=Cause.RISK_CONTROL, ago=timedelta(hours=9), lasted=timedelta(hours=1))
    going_on = Incident.objects.get(resolved_at=None)
    publish()

    for path in (
        "about/",
        "data/",
        "history/",
        "timeline/outage/",
        "components/fenfu-qr/",
        f"incidents/{over.public_id}/",
        f"incidents/{going_on.public_id}/",
    ):
        page = opened(f"{site}/{path}", width=PHONE, scheme="light")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE, path
        assert_accessible(page)


def test_first_visit_fits_the_budget_when_a_risk_wave_is_on(
    world: World, publish: Callable[[], None], site: str, browser: Browser
) -> None:
    bring_about(world, "risk_control")
    publish()
    context = browser.new_context()
    page = context.new_page()
    sizes: list[int] = []
    page.on(
        "requestfinished",
        lambda request: sizes.append(
            sum(request.sizes()[part] for part in ("responseBodySize", "responseHeadersSize"))
        ),
    )

    page.goto(site, wait_until="networkidle")
    context.close()

    assert 3 <= len(sizes) <= 6
    assert sum(sizes) < FIRST_VISIT_BYTES


def test_page_works_without_a_script_when_scripts_are_off(
    world: World, publish: Callable[[], None], site: str, opened: Opener
) -> None:
    bring_about(world, "outage")
    publish()

    page = opened(site, script=False)
    page.locator("#f-risk_control").click()

    expect(page).to_have_url(f"{site}/timeline/risk_control/")
    expect(page.locator(".colophon")).to_contain_text("Asia/Shanghai (UTC+8)")
    expect(page.locator(".theme")).to_be_hidden()


def test_page_changes_by_itself_when_an_incident_begins(
    world: World, publish: Callable[[], None], site: str, opened: Opener
) -> None:
    bring_about(world, "calm")
    publish()
    page = opened(site + "/en/")
    expect(page.locator("h1")).to_contain_text("Payments are working normally")
    page.evaluate(COUNT_ANNOUNCEMENTS)

    make_incident(world, cause=Cause.RISK_CONTROL)
    set_state(world, "fenfu-qr", ComponentState.DEGRADED)
    world.now += timedelta(seconds=1)
    publish()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(page.locator("h1")).to_contain_text("a wave of refusals by risk control")
    expect(page.locator("#state-fenfu-qr")).to_contain_text("Declined for some")
    expect(page.locator("#timeline .story").first).to_contain_text("a wave of refusals")
    expect(page).to_have_title("Fenfu QR payment: a wave of refusals by risk control · Payment status")
    assert "favicon-trouble" in str(page.locator("link[rel=icon]").get_attribute("href"))
    for _ in range(2):
        world.now += timedelta(seconds=1)
        publish()
        with page.expect_response("**/_now.html"):
            page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert page.evaluate("announced") == ["Fenfu QR payment: a wave of refusals by risk control"]


def test_times_are_in_the_readers_zone_when_scripts_are_on(
    world: World, publish: Callable[[], None], site: str, opened: Opener
) -> None:
    publish()

    page = opened(site)

    expect(page.locator("#asof .zone")).to_contain_text("Europe/Berlin (UTC+")


def test_time_has_its_date_when_it_is_on_another_day_for_the_reader(
    world: World, publish: Callable[[], None], site: str, opened: Opener
) -> None:
    evening = (world.now - timedelta(days=2)).replace(hour=17, minute=0)  # after midnight in Shanghai
    make_incident(world, cause=Cause.OUTAGE, ago=world.now - evening, lasted=timedelta(hours=1))
    publish()

    page = opened(site)

    expect(page.locator("#timeline .story time").first).to_contain_text(f"{evening:%m-%d} ")


def test_theme_stays_when_the_reader_chose_it(
    world: World, publish: Callable[[], None], site: str, opened: Opener
) -> None:
    publish()
    page = opened(site, scheme="light")

    page.locator(".theme").click()
    page.reload()

    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 27)"


def test_warning_appears_when_the_server_is_gone_and_the_page_grows_old(
    world: World, publish: Callable[[], None], site: str, browser: Browser
) -> None:
    publish()
    page = browser.new_page()
    page.goto(site + "/en/")
    expect(page.locator("#stale")).to_be_hidden()
    page.route("**/*", lambda route: route.abort())

    page.evaluate("document.getElementById('asof').dataset.made -= 300")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(page.locator("#stale")).to_contain_text("This page is out of date.")
    expect(page.locator("h1")).to_have_text(
        "We do not know how things stand now. Last known: Payments are working normally"
    )
    assert "favicon-unknown" in str(page.locator("link[rel=icon]").get_attribute("href"))
    page.close()


def test_headline_gives_way_when_the_server_says_that_the_page_is_old(
    world: World, publish: Callable[[], None], tmp_path: Path, browser: Browser
) -> None:
    publish()
    an_hour_later = SnapshotServer(lambda environ, start: [], tmp_path, clock=lambda: world.now + HOUR)
    for script in (True, False):
        page = browser.new_page(java_script_enabled=script)
        with serving(an_hour_later) as port:
            page.goto(f"http://127.0.0.1:{port}/en/")

        said = page.locator("#saying")
        expect(page.locator("#stale")).to_be_visible()
        expect(said).to_have_text(
            "We do not know how things stand now. Last known: Payments are working normally"
        )
        expect(page.locator("#headline use")).to_have_attribute("href", "#i-unknown")
        if script:
            assert_accessible(page)
            expect(page).to_have_title(re.compile("^We do not know how things stand now"))
            assert "favicon-unknown" in str(page.locator("link[rel=icon]").get_attribute("href"))
        page.close()


def test_day_of_the_bars_leads_to_what_happened_when_it_is_clicked(
    world: World, publish: Callable[[], None], site: str, opened: Opener
) -> None:
    incident = make_incident(world, cause=Cause.OUTAGE, ago=timedelta(days=2), lasted=timedelta(minutes=20))
    day = ComponentDay.objects.filter(component__slug="fenfu-qr").order_by("-day")[2]
    ComponentDay.objects.filter(pk=day.pk).update(outage_seconds=1200)
    publish()
    page = opened(site + "/en/")

    bars = page.locator("a.bars").first
    box = bars.bounding_box()
    assert box
    bars.click(position={"x": box["width"] * (1 - 2.5 / 90), "y": 5})

    expect(page).to_have_url(f"{site}/en/components/fenfu-qr/#d-{day.day}")
    target = page.locator(f"#d-{day.day}")
    expect(target).to_contain_text("System outage")
    expect(target.get_by_role("link")).to_have_attribute("href", f"/en/incidents/{incident.public_id}/")


def test_timeline_is_filtered_in_place_when_a_filter_is_clicked(
    world: World, publish: Callable[[], None], site: str, opened: Opener
) -> None:
    make_incident(world, cause=Cause.RISK_CONTROL, ago=timedelta(days=2), lasted=timedelta(minutes=20))
    make_incident(world, cause=Cause.OUTAGE, ago=timedelta(days=3), lasted=timedelta(minutes=20))
    publish()
    page = opened(site + "/en/")

    page.locator("#f-risk_control").focus()
    page.keyboard.press("Enter")

    expect(page.locator("#chosen .story")).to_have_count(1)
    expect(page.locator("#f-risk_control")).to_have_attribute("aria-current", "page")
    expect(page.locator("#f-risk_control")).to_be_focused()
    page.get_by_text("By payment method").click()
    page.locator("#f-c-fenfu-qr").click()
    expect(page.locator("#chosen .story")).to_have_count(2)
    expect(page).to_have_url(site + "/en/")


def test_page_holds_at_twice_the_size_and_stands_still_when_asked_to(
    world: World, publish: Callable[[], None], site: str, browser: Browser
) -> None:
    bring_about(world, "outage")
    publish()
    context = browser.new_context(viewport={"width": 640, "height": 400}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(site + "/en/")

    page.evaluate("document.documentElement.style.fontSize = '32px'")

    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    context.close()
