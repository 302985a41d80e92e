"""A page without a text to expect: what is usual is learned, and another one is told."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest

from probes.instrument.gateways.page_shapes import PageShape, change_from, shape_of
from probes.instrument.gateways.registry import make_gateway
from probes.instrument.gateways.vault import Vault
from probes.instrument.usual_pages import ENOUGH, LASTING, UsualPages, common_shapes
from probes.network.exchange import Reply
from probes.vocabulary.outcomes import Outcome
from tests.instrument.conversing import NOW, ask, endpoint, outcome_of

HTML = "text/html; charset=utf-8"
SHOP = b"<html><head><title>Pay &amp; go</title></head><body>" + b"words " * 200 + b"</body></html>"
PORTAL = b"<!doctype html><title>Login to Airport WiFi</title>" + b"words " * 190
PARKED = b"<html><head><title>pay.test is for sale</title></head></html>"


def page(body: bytes, kind: str = HTML, status: int = 200) -> Reply:
    return Reply(status=status, headers={"content-type": kind}, body=body)


def shape(heading: str | None = "Pay", kind: str = "text/html", length: int = 5000) -> PageShape:
    return PageShape(kind=kind, heading=heading, length=length)


def after(known: UsualPages, shapes: Iterable[PageShape], *, begin: datetime = NOW) -> UsualPages:
    """What is known after answers of these shapes, a minute apart."""
    for number, each in enumerate(shapes):
        known = known.with_answer(each, begin + timedelta(minutes=number))
    return known


def learned(*shapes: PageShape) -> UsualPages:
    return after(UsualPages(), [shapes[number % len(shapes)] for number in range(ENOUGH)])


@pytest.mark.parametrize(
    ("body", "kind", "heading"),
    [
        (SHOP, HTML, "Pay & go"),
        (b"<title>\n  News of 3 March,\tMonday </title>", HTML, "News of # #, #"),
        ("<title>星期一 · 12 条新闻</title>".encode(), HTML, "# · # 条新闻"),
        (b"<title>Pay & go", HTML, "Pay & go"),
        (b"<p>no title", HTML, "<p>no title"),
        (b"ok\n", "text/plain", "ok"),
        (b"", "", ""),
        (b'{"version": "1.2", "status": "UP", "at": 7}', "application/json", "at, status: UP, version"),
        (b'{"broken', "application/json", ""),
        (b"[" * 9000, "application/json", ""),
        (b"one\ntwo", "text/plain", ""),
    ],
)
def test_shape_keeps_what_does_not_change_from_day_to_day_when_a_page_is_read(
    body: bytes, kind: str, heading: str
) -> None:
    assert shape_of(page(body, kind)).heading == heading


CHANGES: dict[str, tuple[Reply, Reply, str]] = {
    "a captive portal": (page(b"ok\n", "text/plain"), page(PORTAL), "type was text/plain, is text/html"),
    "a captive portal where nothing is due": (
        page(b"", "", 204),
        page(PORTAL),
        "type was not given, is text/html",
    ),
    "a login page": (page(SHOP), page(PORTAL), "title was 'Pay & go', is 'Login to Airport WiFi'"),
    "a domain for sale": (page(SHOP), page(PARKED), "title was 'Pay & go', is 'pay.test is for sale'"),
    "an empty page": (page(SHOP), page(b""), "length was 1266, is 0"),
    "a page without its content": (
        page(SHOP.replace(b"words ", b"words " * 9)),
        page(b"<title>Pay &amp; go</title>"),
        "length was 10866, is 27",
    ),
    "a service that says it is down": (
        page(b'{"status": "UP"}', "application/json"),
        page(b'{"status": "DOWN"}', "application/json"),
        "content was 'status: UP', is 'status: DOWN'",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_page_is_a_bad_answer_when_it_is_not_the_usual_one(name: str) -> None:
    usual, changed, words = CHANGES[name]

    reading = read(changed, usual=(shape_of(usual),))

    assert (reading.code, reading.message, outcome_of(reading)) == ("CHANGED_PAGE", words, Outcome.BAD_ANSWER)


@pytest.mark.parametrize(
    "reply",
    [
        page(SHOP),
        page(SHOP.replace(b"words ", b"other words, and more of them ")),
        page(SHOP, "TEXT/HTML"),
    ],
    ids=["the same", "other news", "another spelling of its type"],
)
def test_page_is_accepted_when_it_is_like_the_usual_one(reply: Reply) -> None:
    reading = read(reply, usual=(shape_of(page(PARKED)), shape_of(page(SHOP))))

    assert outcome_of(reading) is Outcome.ACCEPTED


def test_page_is_accepted_whatever_its_shape_when_its_text_is_the_expected_one() -> None:
    reading = read(page(PORTAL), usual=(shape_of(page(SHOP)),), options={"expect_text": "Airport"})

    assert (outcome_of(reading), reading.shape) == (Outcome.ACCEPTED, None)


def test_page_with_a_wall_against_robots_is_ours_when_it_comes_instead() -> None:
    reading = read(page("<title>人机验证</title>".encode()), usual=(shape_of(page(SHOP)),))

    assert outcome_of(reading) is Outcome.THROTTLED


def read(reply: Reply, **asked: Any) -> Any:
    gateway = make_gateway(endpoint("generic_http"), Vault())
    return next(gateway.converse(ask("get", **asked))).read(reply)


def test_nothing_is_usual_when_too_few_answers_were_seen() -> None:
    known = after(UsualPages(), [shape()] * (ENOUGH - 1))

    assert known.usual == ()
    assert change_from(known.usual, shape("Login")) == ""


def test_the_majority_is_usual_when_an_outage_is_on_while_it_is_learned() -> None:
    known = learned(shape(), shape(), shape(), shape(), shape("Login"), shape())

    assert known.usual == (shape(),)


def test_nothing_is_usual_when_no_kind_of_answer_has_the_majority() -> None:
    assert learned(shape(), shape(kind="text/plain")).usual == ()


def test_heading_is_not_looked_at_when_it_changes_by_itself() -> None:
    known = learned(*(shape(f"{name} today") for name in ("Ann", "Ben", "Cleo", "Dan", "Eve")))

    assert known.usual == (shape(None),)
    assert change_from(known.usual, shape("Fay today")) == ""


def test_both_are_usual_when_two_pages_take_turns() -> None:
    known = learned(shape("Pay"), shape("Pay less"))

    assert set(known.usual) == {shape("Pay"), shape("Pay less")}


def test_an_outage_teaches_nothing_when_it_lasts_for_hours() -> None:
    known = learned(shape())

    troubled = after(known, [shape("Sorry")] * 60 * 8)

    assert troubled.usual == known.usual
    assert (troubled.other, troubled.other_since, troubled.others) == (shape("Sorry"), NOW, 480)
    assert troubled.with_answer(shape(), NOW) == known


def test_a_new_page_is_usual_when_it_stayed_for_a_day_and_the_old_one_is_not_forgotten() -> None:
    changed = after(learned(shape()), [shape("Pay 2")] * 30)

    known = changed.with_answer(shape("Pay 2"), NOW + LASTING)

    assert known.usual == (shape("Pay 2"), shape())
    assert known.other is None


def test_the_day_begins_anew_when_yet_another_page_comes() -> None:
    changed = after(learned(shape()), [shape("Sorry")] * 30)

    known = changed.with_answer(shape("Maintenance"), NOW + LASTING)

    assert (known.other, known.others) == (shape("Maintenance"), 1)


def test_a_new_page_is_usual_at_once_when_somebody_accepts_it() -> None:
    known = after(learned(shape()), [shape("Pay 2")]).accepting()

    assert known == UsualPages(usual=(shape("Pay 2"), shape()))


def test_no_shape_is_common_when_the_kinds_are_even() -> None:
    assert common_shapes((shape(), shape(kind="text/plain"))) == ()
