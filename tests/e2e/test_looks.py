"""How the page looks: how long it is on a phone, on narrow screens, and that what changed is noticed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from probes.vocabulary.causes import Cause
from probes.vocabulary.states import ComponentState
from statuspage.incidents.models import ComponentDay, ComponentStatus
from statuspage.monitoring.models import Component
from tests.support.public_rows import World, make_incident, make_past_day, set_state
from tests.support.situations import bring_about

pytestmark = pytest.mark.e2e
Opener = Callable[..., Page]
PHONE, NARROW = 390, 320
LONGEST_CALM, LONGEST_IN_AN_INCIDENT = 2600, 3000  # css pixels at 390: three screens of a phone
METHODS = 10


def make_ten_methods(world: World) -> None:
    """As many as a real site shows."""
    cards = world.components["card-checkout"].group
    for number in range(METHODS - len(world.components)):
        row = Component.objects.create(
            slug=f"more-{number}",
            name_zh=f"国际卡 {number}",
            name_en=f"Card {number}",
            group=cards,
            position=50,
        )
        ComponentStatus.objects.create(
            component=row, state=ComponentState.OPERATIONAL, since=world.now, updated_at=world.now
        )


def make_busy_week(world: World) -> None:
    for days in range(1, 7):
        cause = list(Cause)[days % len(Cause)]
        make_incident(world, cause=cause, ago=timedelta(days=days), lasted=timedelta(minutes=50))


def height(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollHeight"))


@pytest.mark.parametrize("root", ["/", "/en/"])
def test_front_is_three_screens_of_a_phone_when_ten_methods_are_shown(
    world: World, publish: Callable[[], None], site: str, opened: Opener, root: str
) -> None:
    make_ten_methods(world)
    make_busy_week(world)
    make_past_day(world)
    publish()
    calm = height(opened(site + root, width=PHONE))

    make_incident(world, cause=Cause.OUTAGE)
    make_incident(world, cause=Cause.RISK_CONTROL, components=("card-checkout",))
    set_state(world, "fenfu-qr", ComponentState.MAJOR)
    world.now += timedelta(seconds=1)
    publish()
    in_trouble = height(opened(site + root, width=PHONE))

    assert calm <= LONGEST_CALM
    assert in_trouble <= LONGEST_IN_AN_INCIDENT


@pytest.mark.parametrize("situation", ["blind", "risk_control"])
def test_no_page_scrolls_sideways_when_the_screen_is_narrow(
    world: World, publish: Callable[[], None], site: str, opened: Opener, situation: str
) -> None:
    bring_about(world, situation)
    incident = make_incident(
        world, cause=Cause.RISK_CONTROL, ago=timedelta(hours=9), lasted=timedelta(hours=1)
    )
    publish()
    page = opened(site, width=NARROW)

    for path in ("", "en/", "en/data/", "components/fenfu-qr/", f"en/incidents/{incident.public_id}/"):
        page.goto(f"{site}/{path}")
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW, path


def test_rows_of_evidence_are_cards_when_read_on_a_phone(
    world: World, publish: Callable[[], None], site: str, opened: Opener
) -> None:
    incident = make_incident(world, cause=Cause.RISK_CONTROL)
    publish()
    page = opened(f"{site}/en/incidents/{incident.public_id}/", width=PHONE)

    page.locator(".rows-of-evidence summary").click()

    answer = page.locator(".cards td.raw").first
    box = answer.bounding_box()
    assert box
    assert box["x"] + box["width"] <= PHONE
    assert "One raw answer" in answer.evaluate("(cell) => getComputedStyle(cell, '::before').content")
    expect(page.get_by_role("table").get_by_role("row").nth(1)).to_be_visible()


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_state_is_marked_when_it_becomes_another_while_the_page_is_seen(
    world: World, publish: Callable[[], None], site: str, browser: Browser, motion: str
) -> None:
    publish()
    context = browser.new_context(reduced_motion="reduce" if motion == "reduce" else "no-preference")
    page = context.new_page()
    page.goto(site + "/en/")
    expect(page.locator(".changed")).to_have_count(0)

    set_state(world, "fenfu-qr", ComponentState.PARTIAL)
    world.now += timedelta(seconds=1)
    publish()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    marked = page.locator("#state-fenfu-qr.changed")
    expect(marked).to_have_count(1)
    expect(marked).to_have_css("animation-name", "none" if motion == "reduce" else "settle")
    expect(page.locator("#state-fenfu-online.changed")).to_have_count(0)
    context.close()


def test_page_is_printed_dark_on_white_when_it_is_read_in_the_dark(
    world: World, publish: Callable[[], None], site: str, opened: Opener
) -> None:
    bring_about(world, "outage")
    publish()
    page = opened(site, scheme="dark")

    page.emulate_media(media="print")

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(0, 0, 0)"
    expect(page.locator(".ask")).to_be_hidden()


def test_name_is_read_from_right_to_left_when_it_is_written_so(
    world: World, publish: Callable[[], None], site: str, opened: Opener
) -> None:
    Component.objects.filter(slug="fenfu-qr").update(name_en="الدفع برمز QR")
    publish()

    page = opened(site + "/en/")

    name = page.locator(".row .name").first
    assert name.evaluate("(link) => getComputedStyle(link).direction") == "rtl"
    assert page.locator(".row .name").nth(1).evaluate("(link) => getComputedStyle(link).direction") == "ltr"


def test_day_of_the_bars_is_told_when_it_is_pointed_at_or_reached_by_keys(
    world: World, publish: Callable[[], None], site: str, opened: Opener
) -> None:
    day = ComponentDay.objects.filter(component__slug="fenfu-qr").order_by("-day")[1]
    ComponentDay.objects.filter(component__slug="fenfu-qr").update(outage_seconds=0, risk_control_seconds=0)
    ComponentDay.objects.filter(pk=day.pk).update(outage_seconds=1200)
    publish()
    page = opened(site + "/en/", width=1280)
    bars = page.locator("a.bars").first

    bars.hover(position={"x": bars.evaluate("(link) => link.clientWidth") * 88.5 / 90, "y": 5})
    expect(page.locator(".day-card")).to_have_text(f"{day.day} System outage 20 minutes")

    bars.focus()
    page.keyboard.press("Escape")
    expect(page.locator(".day-card")).to_be_hidden()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".day-card")).to_contain_text(str(day.day))
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/en/components/fenfu-qr/#d-{day.day}")
