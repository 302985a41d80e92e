"""A reader asks to be told, in a real browser, and his browser is told.

The browser's own push service lies on the internet; what it gives out is replaced by one of the test's own.
"""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings

from statuspage.delivery.delivering import deliver
from statuspage.delivery.models import PushSubscription
from statuspage.public.serve.server import SnapshotServer
from statuspage.webpush.encryption import unpadded
from tests.support.public_rows import World, make_incident
from tests.support.push_services import PushService, ReaderBrowser, push_service
from tests.support.wsgi import serving

pytestmark = pytest.mark.e2e
# On the next page the browser knows what it was allowed and its subscription, as browsers do.
STUB = """
const made = (key) => ({
  options: { applicationServerKey: key },
  toJSON: () => (%(subscription)s),
  unsubscribe: () => Promise.resolve(true),
});
let kept = sessionStorage.subscribed ? made(new ArrayBuffer(65)) : null;
window.asked = kept ? 1 : 0;
Notification.requestPermission = () => { window.asked += 1; return Promise.resolve("%(permission)s"); };
Object.defineProperty(Notification, "permission", { get: () => window.asked ? "%(permission)s" : "default" });
PushManager.prototype.getSubscription = () => Promise.resolve(kept);
PushManager.prototype.subscribe = (options) => {
  window.options = { visible: options.userVisibleOnly, length: options.applicationServerKey.length };
  sessionStorage.subscribed = "yes";
  kept = made(options.applicationServerKey.buffer);
  return Promise.resolve(kept);
};
"""


@pytest.fixture
def pushes(settings: Settings) -> Iterator[PushService]:
    with push_service() as service:
        settings.PUSH_PRIVATE_HOSTS = [service.host]
        yield service


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """The whole site: published pages in front, what is dynamic behind them."""
    with serving(SnapshotServer(get_wsgi_application(), tmp_path)) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def reader(pushes: PushService) -> ReaderBrowser:
    return ReaderBrowser(f"http://{pushes.host}/push/reader")


def stubbed(browser: Browser, reader: ReaderBrowser, permission: str = "granted") -> Page:
    """A page of a browser whose push service is the test's."""
    keys = {"p256dh": unpadded(reader.point), "auth": unpadded(reader.auth)}
    subscription = json.dumps({"endpoint": reader.endpoint, "keys": keys})
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    page.add_init_script(STUB % {"permission": permission, "subscription": subscription})
    return page


def delivered(now: datetime) -> None:
    """One look of the outbox, in a thread of its own: Playwright runs an event loop in this one."""

    def look() -> None:
        try:
            deliver(now)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(look).result()


def test_reader_is_told_when_the_incident_that_he_asked_about_is_over(
    world: World,
    publish: Callable[[], None],
    site: str,
    browser: Browser,
    reader: ReaderBrowser,
    pushes: PushService,
) -> None:
    incident = make_incident(world)
    publish()
    page = stubbed(browser, reader)
    page.goto(f"{site}/en/")
    button = page.locator("button.push")
    expect(button).to_have_text("Tell me when it is over")
    assert page.evaluate("window.asked") == 0  # nothing is asked before the tap

    button.click()
    expect(page.locator(".ask .told")).to_have_text(
        "This device will get a notification. You can close the page."
    )
    expect(button).to_have_text("Stop telling me")
    assert page.evaluate("window.options") == {"visible": True, "length": 65}
    now = datetime.now(tz=UTC)
    incident.status, incident.resolved_at, incident.updated_at = "resolved", now, now
    incident.save()
    delivered(now)

    (push,) = pushes.pushed
    assert json.loads(reader.read(push.body))["title"] == "Over: Fenfu QR payment: system outage"
    page.context.close()


def test_reader_is_not_told_when_he_thinks_better_of_it(
    world: World, publish: Callable[[], None], site: str, browser: Browser, reader: ReaderBrowser
) -> None:
    publish()
    page = stubbed(browser, reader)
    page.goto(f"{site}/components/fenfu-qr/")
    page.locator("button.push").click()
    expect(page.locator("button.push")).to_have_attribute("aria-pressed", "true")
    assert PushSubscription.objects.count() == 1

    page.locator("button.push").click()

    expect(page.locator(".ask .told")).to_have_text("好的，不再通知。")
    assert not PushSubscription.objects.exists()
    page.context.close()


def test_button_says_that_he_will_be_told_when_the_site_could_not_be_reached_to_stop_it(
    world: World, publish: Callable[[], None], site: str, browser: Browser, reader: ReaderBrowser
) -> None:
    publish()
    page = stubbed(browser, reader)
    page.goto(f"{site}/en/components/fenfu-qr/")
    button = page.locator("button.push")
    button.click()
    expect(page.locator(".ask .told")).to_contain_text("For 30 days")
    page.route("**/push/stop/", lambda route: route.fulfill(status=503))

    button.click()

    expect(page.locator(".ask .told")).to_contain_text("That did not work")
    expect(button).to_have_text("Stop telling me")
    page.context.close()


@pytest.mark.parametrize(
    ("hours", "kept", "pressed"),
    [
        pytest.param(2, 1, "true", id="the site is told again"),
        pytest.param(31 * 24, 0, "false", id="it was too long ago"),
    ],
)
def test_wish_is_renewed_when_a_page_is_opened_later(
    hours: int,
    kept: int,
    pressed: str,
    world: World,
    publish: Callable[[], None],
    site: str,
    browser: Browser,
    reader: ReaderBrowser,
) -> None:
    publish()
    page = stubbed(browser, reader)
    page.goto(f"{site}/en/components/fenfu-qr/")
    button = page.locator("button.push")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    PushSubscription.objects.all().delete()
    page.evaluate(
        "hours => localStorage.setItem('wishes', JSON.stringify("
        "{ 'component/fenfu-qr': Date.now() - hours * 3600e3 }))",
        hours,
    )

    with page.expect_response("**/push/") if kept else nullcontext():
        page.reload()

    expect(button).to_have_attribute("aria-pressed", pressed)
    assert PushSubscription.objects.count() == kept
    page.context.close()


def test_reader_is_told_where_to_allow_it_when_the_browser_forbids_it(
    world: World, publish: Callable[[], None], site: str, browser: Browser, reader: ReaderBrowser
) -> None:
    make_incident(world)
    publish()
    page = stubbed(browser, reader, permission="denied")
    page.goto(f"{site}/en/")

    page.locator("button.push").click()

    expect(page.locator(".ask .told")).to_contain_text("Notifications from this site are blocked")
    assert not PushSubscription.objects.exists()
    page.context.close()


@pytest.mark.parametrize("missing", ["PushManager", "Notification"])
def test_button_is_hidden_when_the_browser_cannot_be_told(
    missing: str, world: World, publish: Callable[[], None], site: str, browser: Browser
) -> None:
    make_incident(world)
    publish()
    page = browser.new_context().new_page()
    page.add_init_script(f"delete window.{missing}")

    page.goto(f"{site}/en/")

    expect(page.get_by_role("button", name="Share")).to_be_visible()
    expect(page.locator("button.push")).to_be_hidden()
    page.context.close()


IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
SAFARI = f"{IPHONE} Version/17.5 Mobile/15E148 Safari/604.1"
WECHAT = f"{IPHONE} Mobile/15E148 MicroMessenger/8.0.49(0x18003137) NetType/WIFI Language/zh_CN"


@pytest.mark.parametrize(
    ("agent", "path", "said"),
    [
        (SAFARI, "en/", "Add to Home Screen"),
        (SAFARI, "", "添加到主屏幕"),
        (WECHAT, "", "在浏览器中打开"),
    ],
    ids=["Safari", "Safari in Chinese", "WeChat"],
)
def test_reader_is_told_what_to_do_instead_when_this_browser_has_no_push(
    agent: str, path: str, said: str, world: World, publish: Callable[[], None], site: str, browser: Browser
) -> None:
    make_incident(world)
    publish()
    page = browser.new_context(user_agent=agent).new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.add_init_script("delete window.PushManager; delete window.Notification;")
    page.goto(f"{site}/{path}")

    page.locator("button.push").click()

    expect(page.locator(".ask .told")).to_contain_text(said)
    assert not errors
    page.context.close()


def test_notification_names_the_incident_when_a_push_arrives(
    world: World, publish: Callable[[], None], site: str, browser: Browser
) -> None:
    publish()
    context = browser.new_context(permissions=["notifications"])
    page = context.new_page()
    page.goto(f"{site}/en/")
    page.evaluate("navigator.serviceWorker.register('/worker.js').then(() => navigator.serviceWorker.ready)")
    tools = context.new_cdp_session(page)
    registrations: list[str] = []
    tools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: registrations.extend(each["registrationId"] for each in told["registrations"]),
    )
    tools.send("ServiceWorker.enable")
    message = {"title": "Over: QR payment", "body": "It lasted 23 minutes.", "tag": "abc", "lang": "en"}
    data = json.dumps({**message, "url": f"{site}/en/"})

    shown: list[list[str]] = []
    until = time.monotonic() + 20
    while not shown and time.monotonic() < until:
        page.wait_for_timeout(200)
        # One that comes before the worker is known and active is lost; of one tag there is one.
        for known in registrations[-1:]:
            push = {"origin": site, "registrationId": known, "data": data}
            tools.send("ServiceWorker.deliverPushMessage", push)
        shown = page.evaluate(
            "navigator.serviceWorker.ready.then(known => known.getNotifications())"
            ".then(all => all.map(one => [one.title, one.body, one.tag]))"
        )
    assert shown == [["Over: QR payment", "It lasted 23 minutes.", "abc"]]
    context.close()
