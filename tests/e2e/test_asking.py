"""Both forms in a real browser, with and without JavaScript."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import Page, expect

from probes.vocabulary.causes import Cause
from statuspage.asking import filing, views
from statuspage.asking.reading import SituationReader
from statuspage.monitoring.models import Report
from statuspage.public.serve.server import SnapshotServer
from tests.support.public_rows import World, make_incident
from tests.support.wsgi import serving

pytestmark = pytest.mark.e2e
PHONE, DESKTOP = 390, 1280
SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])


@pytest.fixture
def site(
    world: World, publish: Callable[[], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The whole site: published pages in front, the forms behind them."""
    monkeypatch.setattr(views, "_reader", SituationReader())
    make_incident(world, cause=Cause.RISK_CONTROL)
    publish()
    with serving(SnapshotServer(get_wsgi_application(), tmp_path)) as port:
        yield f"http://127.0.0.1:{port}"


@SCRIPT
@pytest.mark.parametrize(
    ("root", "link", "taps", "answer"),
    [
        (
            "/",
            "只有我这样吗？",
            ["扫码支付", "有额度、有余额，却被拒绝", "“交易存在风险”"],
            "不只是你：很可能是风控收紧",
        ),
        (
            "/en/",
            "Is it just me?",
            ["QR payment", "It is declined", "“Transaction at risk”"],
            "It is not just you: most likely risk checks",
        ),
    ],
    ids=["Chinese", "English"],
)
def test_only_me_answers_after_three_taps(
    site: str,
    opened: Callable[..., Page],
    script: bool,
    root: str,
    link: str,
    taps: list[str],
    answer: str,
) -> None:
    page = opened(site + root, script=script)

    page.get_by_role("link", name=link, exact=True).click()
    for tap in taps:
        page.locator(".options").get_by_role("link", name=tap).first.click()

    expect(page.locator("h1")).to_contain_text(answer)
    expect(page).to_have_url(re.compile(r"only-me/\?on=fenfu-qr&what=refused&said=risk$"))
    assert page.context.cookies() == []


def test_only_me_changes_in_place_and_goes_back_when_there_is_javascript(
    site: str, opened: Callable[..., Page]
) -> None:
    page = opened(f"{site}/en/only-me/")
    page.evaluate("window.stayed = true")

    page.get_by_role("link", name="QR payment").click()
    expect(page.locator("h2")).to_contain_text("What happened?")

    # htmx swaps first and settles a moment later; the focus comes with the settling.
    expect(page.locator("h2[data-focus]")).to_be_focused()
    assert page.evaluate("window.stayed")
    expect(page.locator("#language")).to_have_attribute("href", "/only-me/?on=fenfu-qr")
    page.go_back()
    expect(page.locator("h2")).to_contain_text("What were you paying with?")


@SCRIPT
def test_only_me_reads_a_pasted_message_and_forgets_it(
    site: str, opened: Callable[..., Page], script: bool
) -> None:
    page = opened(f"{site}/en/only-me/?on=fenfu-qr&what=failed", script=script)

    page.get_by_label("Or paste the message here").fill("当前交易存在风险，张伟 13812345678")
    page.get_by_role("button", name="See the answer").click()

    expect(page.locator(".permalink")).to_have_text(
        re.compile(r"\?on=fenfu-qr&what=failed&said=risk&sure=9$")
    )
    assert "13812345678" not in page.content()
    assert "13812345678" not in page.url
    assert not Report.objects.exists()


@SCRIPT
def test_report_is_filed_after_three_taps(
    site: str, opened: Callable[..., Page], script: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filing, "YOUNGEST", filing.YOUNGEST * 0)  # a robot taps faster than a person
    page = opened(f"{site}/en/", script=script)

    page.get_by_role("link", name="It happened to me too").click()
    page.locator(".options").get_by_role("link", name="QR payment").click()
    page.locator(".options").get_by_role("link", name="It fails or keeps loading").click()
    page.get_by_role("button", name="Send report").click()

    expect(page.locator("h1")).to_have_text("Thank you, we have counted it")
    assert Report.objects.get().text == "Fenfu · QR payment：It fails or keeps loading"
    assert page.context.cookies() == []


@pytest.mark.parametrize(
    "path",
    [
        "only-me/",
        "only-me/?on=fenfu-qr&what=refused",
        "only-me/?on=fenfu-qr&what=refused&said=risk",
        "only-me/?on=other&what=stolen&said=busy&sure=8",
        "report/?on=fenfu-qr&what=failed",
        "report/thanks/?on=fenfu-qr&what=failed",
    ],
)
def test_forms_are_readable_and_accessible_in_every_form(
    site: str, opened: Callable[..., Page], path: str
) -> None:
    for root, width, scheme in (("/", PHONE, "dark"), ("/en/", PHONE, "light"), ("/en/", DESKTOP, "dark")):
        page = opened(f"{site}{root}{path}", width=width, scheme=scheme)

        assert page.evaluate("document.documentElement.scrollWidth") <= width
        violations = Axe().run(page).response["violations"]
        assert not violations, (page.url, [(each["id"], each["nodes"][0]["html"]) for each in violations])
