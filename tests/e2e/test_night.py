"""A night on duty: a wave of refusals at three, led on a phone from alarm to end, with a real pipeline."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, Request, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from probes.vocabulary.causes import Cause
from probes.vocabulary.observations import (
    Check,
    WatchedCatalog,
    WatchedComponent,
    WatchedPersona,
    WatchedProbe,
)
from probes.vocabulary.symptoms import Product
from probes.vocabulary.tiers import RiskTier
from statuspage import clock, pipeline
from statuspage.analysis.values import Certainty
from statuspage.delivery import delivering
from statuspage.entrance.models import OpenSession
from statuspage.incidents.models import Incident, IncidentUpdate
from statuspage.monitoring.models import Dispatch, Progress, Vantage
from statuspage.pipeline.detectors import DetectorKeeper
from statuspage.public.publish.publisher import write
from statuspage.public.read.snapshot import build
from tests.pipeline.planting import judged, plant_catalog, store
from tests.support.public_rows import World, make_incident

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
PASSWORD = "correct horse battery staple"
THREE = datetime(2026, 3, 1, 19, tzinfo=UTC)  # 03:00 in Shanghai
EVERY_S, ROUND_S = 5, 10
Answer = tuple[int, str, str]
GOOD: Answer = (200, "SUCCESS", "")
RISKY: Answer = (403, "RULE_LIMIT", "当前交易存在风险")
COMPONENTS = {"fenfu-qr": Product.FENFU, "wxpay-card": Product.WECHAT_PAY}
PERSONAS = {"ordinary": RiskTier.LOW, "new-device": RiskTier.ELEVATED, "reseller": RiskTier.HIGH}
VANTAGES = ("east", "south")


def _catalog() -> WatchedCatalog:
    probes = [
        WatchedProbe(slug=f"{c}.{p}.{v}", component=c, persona=p, vantage=v, interval_s=ROUND_S)
        for c in COMPONENTS
        for p in PERSONAS
        for v in VANTAGES
    ]
    controls = [
        WatchedProbe(slug=f"control.{v}", component=None, persona=None, vantage=v, interval_s=ROUND_S)
        for v in VANTAGES
    ]
    return WatchedCatalog(
        timezone="Asia/Shanghai",
        components=tuple(
            WatchedComponent(slug=slug, name=slug, group=slug.split("-")[0], product=product)
            for slug, product in COMPONENTS.items()
        ),
        personas=tuple(WatchedPersona(slug=slug, risk_tier=tier) for slug, tier in PERSONAS.items()),
        probes=(*probes, *controls),
    )


@dataclass
class Night:
    """The site's time, in which everything happens; ``folder`` is where the page is published."""

    folder: Path
    catalog: WatchedCatalog = field(default_factory=_catalog)
    now: datetime = THREE - timedelta(minutes=20)
    asked_until: datetime = THREE - timedelta(minutes=20)
    keeper: DetectorKeeper = field(default_factory=DetectorKeeper)

    def live(self, until: datetime, *, wave: bool = False, step_s: float = EVERY_S) -> None:
        """Ask, conclude and publish as the workers would, until this moment."""
        while self.now < until:
            self.now = min(until, self.now + timedelta(seconds=step_s))
            self._ask(self.now, wave=wave)
            pipeline.advance(self.now, keeper=self.keeper)
        self.publish()

    def publish(self) -> None:
        write(build(self.now), self.folder)
        delivering.deliver(self.now)
        Progress.objects.update(published_at=self.now)
        for vantage in Vantage.objects.all():
            moments = {"dispatched_until": self.now, "swept_until": self.now}
            Dispatch.objects.update_or_create(vantage=vantage, defaults=moments)

    def _ask(self, until: datetime, *, wave: bool) -> None:
        seen = []
        for index, probe in enumerate(self.catalog.probes):
            offset = timedelta(seconds=index * ROUND_S / len(self.catalog.probes))
            moment = THREE - timedelta(hours=1) + offset
            rounds = (self.asked_until - moment) // timedelta(seconds=ROUND_S)
            moment += timedelta(seconds=ROUND_S) * max(0, rounds)
            while moment <= until:
                if moment > self.asked_until:
                    hit = wave and probe.component == "fenfu-qr" and probe.persona != "ordinary"
                    seen.append(judged(_check(probe, moment, RISKY if hit else GOOD)))
                moment += timedelta(seconds=ROUND_S)
        store(sorted(seen, key=lambda one: one.at))
        self.asked_until = until


def _check(probe: WatchedProbe, at: datetime, answer: Answer) -> Check:
    status, code, message = answer
    return Check(
        at=at,
        probe=probe.slug,
        http_status=status,
        code=code if probe.component else "",
        message=message,
        latency_ms=150.0,
    )


@pytest.fixture(scope="module", autouse=True)
def _beside_a_loop() -> Iterator[None]:
    """Playwright's event loop still runs in this thread when the tables are emptied."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture
def night(transactional_db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Night:
    """Twenty quiet minutes, up to three o'clock; everybody's clock is the night's."""
    night = Night(folder=tmp_path)
    monkeypatch.setattr(clock, "now", lambda: night.now)
    plant_catalog(night.catalog)
    night.live(THREE, step_s=60)
    return night


@pytest.fixture
def address(settings: Settings, live_server: LiveServer) -> str:
    """A site with somebody on duty, whose static files come as they are."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    User.objects.create_superuser(username="boss", password=PASSWORD)
    return live_server.url


@pytest.fixture
def on_duty(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens the control room as somebody on duty; an error of a script or the policy fails the test."""
    contexts, errors = [], list[str]()

    def open_room(*, language: str, width: int = 390, script: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 844},
            color_scheme="dark",
            locale=language,
            java_script_enabled=script,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{address}/admin/")
        _log_in(page)
        return page

    yield open_room
    for context in contexts:
        for page in context.pages:
            # Who still answers would hold the tables that are emptied next.
            page.wait_for_load_state("networkidle")
        context.close()
    assert not errors


def _log_in(page: Page) -> None:
    page.fill("#id_username", "boss")
    page.fill("#id_password", PASSWORD)
    page.click("input[type=submit]")


def _polls(request: Request) -> bool:
    return request.url.endswith("/admin/room/")


def _look(page: Page) -> None:
    """Come back to the page: it looks at once, and not only within seconds."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def _fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def _decide(page: Page, act: str, **choices: str) -> None:
    """Open what a button says, and press the one within."""
    page.locator(f".act-{act} summary").click()
    for name, value in choices.items():
        page.locator(f".act-{act} [name={name}]").select_option(value)
    page.locator(f".act-{act} button").click()


def test_night_is_led_from_the_alarm_to_the_end_on_a_phone(
    night: Night, on_duty: Callable[..., Page]
) -> None:
    phone, desk = on_duty(language="zh-CN"), on_duty(language="en-US", width=1280)
    expect(phone.locator(".calm")).to_have_text("没有需要你处理的事。")

    # The alarm, and what the public is told without anybody's doing.
    while not Incident.objects.exists() and night.now < THREE + timedelta(minutes=5):
        night.live(night.now + timedelta(seconds=EVERY_S), wave=True)
    alarm = Incident.objects.get()
    first = IncidentUpdate.objects.get(incident=alarm)
    expect(phone.locator(".story .kind")).to_contain_text("疑似")
    _look(desk)
    expect(desk.locator(".story .kind")).to_contain_text("Risk checks")
    assert first.created_at - THREE < timedelta(minutes=2)
    assert alarm.title_zh in _public(night, "index.html")
    assert first.body_zh in _public(night, f"incidents/{alarm.public_id}/index.html")
    assert _fits(phone)

    # The decision.
    _decide(phone, "confirm")
    expect(phone.locator(".told")).to_contain_text("已证实")
    _look(desk)
    expect(desk.locator(".story .kind")).to_contain_text("Confirmed")
    night.publish()
    said = IncidentUpdate.objects.filter(incident=alarm).order_by("-sequence")[0]
    assert said.created_at - alarm.detected_at < timedelta(minutes=2)
    assert said.body_zh in _public(night, f"incidents/{alarm.public_id}/index.html")

    # The correction: from now on a person leads, and the machine says what it sees beside.
    night.live(night.now + timedelta(minutes=2), wave=True)
    _decide(phone, "correct", cause="outage")
    expect(phone.locator(".story .kind")).to_contain_text("系统故障")
    expect(phone.locator(".lines")).to_contain_text("风控")
    assert _fits(phone)

    # The end: the machine sees it, and gets the lead back.
    night.live(night.now + timedelta(minutes=12), step_s=30)
    _look(phone)
    _look(desk)
    expect(phone.locator(".lines")).to_contain_text("结束")
    expect(desk.locator(".lines")).to_contain_text("over since")
    assert Incident.objects.get().resolved_at is None
    _decide(phone, "give_back")
    expect(phone.locator(".calm")).to_have_text("没有需要你处理的事。")
    _look(desk)
    expect(desk.locator(".calm")).to_have_text("Nothing needs you.")
    assert Incident.objects.get().status == "resolved"


def test_what_is_typed_stays_when_the_room_is_renewed(world: World, on_duty: Callable[..., Page]) -> None:
    make_incident(world)
    page = on_duty(language="en-US")
    page.locator(".act-say summary").click()
    page.locator(".act-say [name=body_en]").fill("We asked the prov")
    page.locator(".act-say [name=body_en]").focus()

    make_incident(world, cause=Cause.RISK_CONTROL, certainty=Certainty.SUSPECTED)
    _look(page)
    expect(page.locator(".story")).to_have_count(2)
    page.keyboard.type("ider")

    typed = page.locator(".act-say[open] [name=body_en]")
    expect(typed).to_have_value("We asked the provider")
    typed.locator("xpath=ancestor::form").locator("button").click()
    expect(page.locator(".told")).to_contain_text("Said.")
    expect(page.locator(".act-say[open]")).to_have_count(0)
    assert IncidentUpdate.objects.filter(body_en="We asked the provider").exists()


def test_what_is_chosen_and_written_stays_when_the_room_is_renewed(
    world: World, on_duty: Callable[..., Page]
) -> None:
    make_incident(world, cause=Cause.RISK_CONTROL)
    page = on_duty(language="en-US")
    page.locator(".act-correct summary").click()
    page.locator(".act-correct [name=cause]").select_option("policy_change")
    page.locator(".act-resolve summary").click()
    page.locator(".act-resolve [name=body_zh]").fill("已经恢复")

    make_incident(world, cause=Cause.OUTAGE, certainty=Certainty.SUSPECTED)
    _look(page)
    expect(page.locator(".story")).to_have_count(2)

    expect(page.locator(".act-correct[open] [name=cause]")).to_have_value("policy_change")
    expect(page.locator(".act-resolve[open] [name=body_zh]")).to_have_value("已经恢复")


def test_words_stay_and_a_choice_does_not_when_the_incident_is_another_meanwhile(
    world: World, on_duty: Callable[..., Page]
) -> None:
    incident = make_incident(world, cause=Cause.RISK_CONTROL)
    page = on_duty(language="en-US")
    page.locator(".act-resolve summary").click()
    page.locator(".act-resolve [name=body_en]").fill("It works again")

    Incident.objects.filter(pk=incident.pk).update(cause=Cause.OUTAGE.value)
    _look(page)
    expect(page.locator(".story .kind")).to_contain_text("outage")

    expect(page.locator(".act-resolve[open]")).to_have_count(0)
    expect(page.locator(".act-resolve [name=body_en]")).to_have_value("It works again")


def test_what_is_written_stays_when_the_session_is_over_meanwhile(
    world: World, on_duty: Callable[..., Page]
) -> None:
    make_incident(world)
    page = on_duty(language="en-US")
    page.locator(".act-say summary").click()
    page.locator(".act-say [name=body_en]").fill("We asked")

    OpenSession.objects.all().delete()
    _look(page)
    expect(page.locator("#room-over")).to_be_visible()
    with page.context.expect_page() as opened:
        page.locator("#room-over a").click()
    _log_in(opened.value)
    expect(opened.value.locator("#room")).to_be_visible()
    _look(page)
    expect(page.locator("#room-over")).to_be_hidden()
    page.locator(".act-say button").click()

    expect(page.locator(".told")).to_contain_text("Said.")
    assert IncidentUpdate.objects.filter(body_en="We asked").exists()


def test_page_that_nobody_touches_does_not_keep_its_session(
    world: World, on_duty: Callable[..., Page]
) -> None:
    page = on_duty(language="en-US")
    asked: list[bool] = []
    page.on("request", lambda one: asked.append("x-unattended" in one.headers) if _polls(one) else None)

    page.clock.install()
    page.reload()
    for _ in range(6):
        page.clock.run_for(4_000)
        page.wait_for_timeout(200)
    left_alone = asked[:]
    page.keyboard.press("Tab")
    page.clock.run_for(4_000)
    page.wait_for_timeout(200)

    assert (left_alone[0], left_alone[-1], asked[-1]) == (False, True, False)


def test_room_says_that_it_is_old_when_the_site_does_not_answer(
    world: World, address: str, browser: Browser
) -> None:
    page = browser.new_page(locale="en-US")
    page.goto(f"{address}/admin/")
    _log_in(page)
    page.clock.install()
    page.reload()
    page.route("**/admin/room/", lambda route: route.abort())

    page.clock.run_for(12_000)
    expect(page.locator("#room-stale")).to_be_hidden()
    page.clock.run_for(12_000)
    expect(page.locator("#room-stale")).to_contain_text("Nothing newer has come")
    page.unroute("**/admin/room/")
    page.clock.run_for(5_000)

    expect(page.locator("#room-stale")).to_be_hidden()
    page.wait_for_load_state("networkidle")
    page.close()


def test_room_works_without_a_script(world: World, on_duty: Callable[..., Page]) -> None:
    make_incident(world)
    page = on_duty(language="en-US", script=False)

    _decide(page, "take_over", minutes="60")

    expect(page.locator(".messagelist")).to_contain_text("You lead it now.")
    expect(page.locator(".lines")).to_contain_text("boss leads it; the machine gets it back at")
    assert page.locator("summary").first.bounding_box()["height"] >= 44  # type: ignore[index]


def _public(night: Night, name: str) -> str:
    return (night.folder / "current" / name).read_text()
