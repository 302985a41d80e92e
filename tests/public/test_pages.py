"""The pages as they stand without a script: what they say, in both languages, in every state."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import resolve
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from probes.vocabulary.causes import Cause
from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.states import ComponentState
from probes.vocabulary.tiers import RiskTier
from statuspage.analysis.values import Certainty
from statuspage.monitoring.models import Progress
from tests.support.html import text, tree
from tests.support.public_rows import World, make_incident, make_maintenance, make_past_day, set_state

HEADLINES = [
    (Cause.OUTAGE, "分付扫码支付：系统故障", "Fenfu QR payment: system outage", "先别重复付款"),
    (Cause.MAINTENANCE, "分付扫码支付：系统维护", "Fenfu QR payment: maintenance", "请等维护结束"),
    (
        Cause.RISK_CONTROL,
        "分付扫码支付：一批付款被风控拒绝",
        "Fenfu QR payment: a wave of refusals by risk control",
        "未必是你的问题",
    ),
    (
        Cause.POLICY_CHANGE,
        "分付扫码支付：对部分用户停止服务",
        "Fenfu QR payment: service withdrawn from some users",
        "官方公告",
    ),
]


@pytest.mark.parametrize(
    ("cause", "chinese", "english", "advice"), HEADLINES, ids=[case[0].value for case in HEADLINES]
)
def test_page_says_cause_and_advice_in_both_languages_when_an_incident_is_open(
    world: World, published: Callable[[], Path], cause: Cause, chinese: str, english: str, advice: str
) -> None:
    make_incident(world, cause=cause)

    folder = published()

    zh, en = tree(folder / "index.html"), tree(folder / "en/index.html")
    assert text(zh, "h1") == chinese
    assert text(en, "h1") == english
    assert advice in text(zh, ".advice")
    assert zh.css_first(f".verdict.t-{cause.value} use[href='#i-{cause.value}']") is not None
    assert "23 分钟" in text(zh, ".facts")
    assert "212 人反馈（平时约 6 人）" in text(zh, ".facts")


def test_page_says_that_all_works_when_it_does(world: World, published: Callable[[], Path]) -> None:
    make_past_day(world)

    folder = published()

    assert text(tree(folder / "index.html"), "h1") == "支付一切正常"
    assert text(tree(folder / "en/index.html"), "h1") == "Payments are working normally"
    assert "usually" in text(tree(folder / "en/index.html"), ".facts")


def test_page_never_says_normal_when_the_monitor_is_blind(
    world: World, published: Callable[[], Path]
) -> None:
    Progress.objects.update(concluded_until=world.now - timedelta(minutes=10))

    folder = published()

    page = tree(folder / "en/index.html")
    assert text(page, "h1") == "We do not know: our own monitoring has stopped"
    assert {text(HTMLParser(node.html or ""), "span") for node in page.css(".state")} == {"Unknown"}
    assert "normal" not in text(page, "main").lower()


def test_page_names_what_it_cannot_see_when_one_component_is_unknown(
    world: World, published: Callable[[], Path]
) -> None:
    set_state(world, "fenfu-repay", ComponentState.UNKNOWN)

    page = tree(published() / "en/index.html")

    assert text(page, "h1") == "Everything we can see works; we do not know about Fenfu · Repayment"


def test_page_says_suspected_when_it_is_not_certain(world: World, published: Callable[[], Path]) -> None:
    make_incident(world, certainty=Certainty.SUSPECTED)

    assert "尚未证实，正在核实" in text(tree(published() / "index.html"), ".facts")


def test_page_leads_with_what_is_sure_and_worst_when_two_incidents_are_open(
    world: World, published: Callable[[], Path]
) -> None:
    make_incident(world, cause=Cause.RISK_CONTROL, certainty=Certainty.SUSPECTED)
    make_incident(world, cause=Cause.OUTAGE, components=("card-checkout",))

    page = tree(published() / "index.html")

    assert text(page, "h1") == "分付扫码支付：系统故障"
    assert "风控" in text(page, ".others")


def test_bars_read_as_a_sentence_when_the_component_had_trouble(
    world: World, published: Callable[[], Path]
) -> None:
    page = tree(published() / "en/index.html")

    bars = page.css("a.bars")[0]
    assert bars.attributes["href"] == "/en/components/fenfu-qr/#days"
    label = bars.css("svg.days")[0].attributes["aria-label"] or ""
    assert re.match(r"QR payment: Uptime over 90 days: \d+(\.\d+)?%\. ", label)


def test_lasting_page_claims_nothing_about_now_when_it_is_kept(
    world: World, published: Callable[[], Path]
) -> None:
    over = make_incident(world, ago=timedelta(hours=3), lasted=timedelta(hours=1))
    make_incident(world, cause=Cause.RISK_CONTROL)

    page = tree(published() / f"en/incidents/{over.public_id}/index.html")

    assert page.css_first("#asof") is None  # by which a script would call it out of date
    assert "risk control" not in (page.css("head")[0].html or "")
    assert "This page last changed 2026-11-22 12:26" in text(page, ".colophon")


def test_timeline_shows_one_cause_when_filtered(world: World, published: Callable[[], Path]) -> None:
    make_incident(world, cause=Cause.OUTAGE, ago=timedelta(days=2), lasted=timedelta(hours=1))
    make_incident(world, cause=Cause.RISK_CONTROL, ago=timedelta(days=1), lasted=timedelta(hours=1))

    page = tree(published() / "timeline/outage/index.html")

    assert [node.attributes["class"] for node in page.css(".story")] == ["story t-outage"]


def test_history_is_by_month_when_incidents_are_old(world: World, published: Callable[[], Path]) -> None:
    make_incident(world, ago=timedelta(days=60), lasted=timedelta(hours=1))

    folder = published()

    assert tree(folder / "history/index.html").css_first("a[rel=prev][href='/history/2026-09/']") is not None
    assert len(tree(folder / "history/2026-09/index.html").css(".story")) == 1


def test_planned_maintenance_is_on_the_page_when_it_is_ahead(
    world: World, published: Callable[[], Path]
) -> None:
    make_maintenance(world)

    assert "Upgrade of Fenfu repayment" in text(tree(published() / "en/index.html"), "main")


def test_no_page_has_inline_code_or_foreign_addresses_when_published(
    world: World, published: Callable[[], Path]
) -> None:
    make_past_day(world, bad={RiskTier.HIGH: Outcome.DECLINED_RISK})
    make_incident(world)

    folder = published()

    for file in folder.rglob("*.html"):
        page = tree(file)
        assert not page.css("style, [style], [onclick], script:not([src])"), file
        for node in page.css("script[src], link[rel=stylesheet], img[src]"):
            address = node.attributes.get("src") or node.attributes["href"] or ""
            assert address.startswith(("/assets/", "/badge/", "/en/badge/")), (file, address)


def test_every_link_leads_somewhere_when_published(world: World, published: Callable[[], Path]) -> None:
    make_past_day(world)
    make_incident(world)
    make_incident(world, ago=timedelta(days=50), lasted=timedelta(hours=1))

    folder = published()

    for file in folder.rglob("*.html"):
        for node in tree(file).css("a[href^='/']"):
            path = (node.attributes["href"] or "").partition("#")[0].lstrip("/")
            target = folder / path / "index.html" if path.endswith("/") or not path else folder / path
            assert target.exists() or resolve(f"/{path}"), (file.relative_to(folder), path)


def test_texts_by_people_and_users_cannot_break_out_when_they_are_hostile(
    world: World, published: Callable[[], Path]
) -> None:
    make_incident(world, title_en="<img src=x onerror=alert(1)>")

    html = (published() / "en/index.html").read_text()

    assert "<img src=x" not in html
    assert "&lt;img src=x" in html


def test_front_offers_to_tell_of_an_end_only_when_that_is_still_to_come(
    world: World, published: Callable[[], Path]
) -> None:
    make_incident(world, ago=timedelta(minutes=20), lasted=timedelta(minutes=18))
    over = tree(published() / "en/index.html")
    make_incident(world)
    begun = tree(published() / "en/index.html")

    assert "back to normal" in text(over, "h1")
    assert [len(page.css("button.push")) for page in (over, begun)] == [0, 1]
