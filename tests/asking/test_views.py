"""The two forms over HTTP: what is answered, what is stored, and what is refused."""

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from probes.vocabulary.causes import Cause
from probes.vocabulary.choices import Happened, Told
from probes.vocabulary.symptoms import Symptom
from statuspage.asking import filing, views
from statuspage.asking.reading import SituationReader
from statuspage.monitoring.models import Progress, Report, ReportQuota
from tests.support.public_rows import World, make_incident

SECRETS = "系统繁忙，我是张伟，手机13812345678，卡号6222021234567890123"


def ticket(age_s: float = 30.0) -> str:
    return signing.dumps([int(time.time() - age_s), f"n{time.perf_counter_ns()}"], salt=filing.TOKEN_SALT)


def form(**changes: str) -> dict[str, str]:
    return {"on": "fenfu-qr", "what": "failed", "token": ticket(), "website": "", **changes}


def test_script_reckons_from_what_the_form_knows_when_it_is_asked_for(browser: Client) -> None:
    known = datetime.now(UTC) - timedelta(seconds=60)
    Progress.objects.update(concluded_until=known)

    page = browser.get("/en/only-me/").content.decode()

    assert re.findall(r'data-made="(\d+)"', page) == [str(int(known.timestamp()))]


@pytest.mark.parametrize("root", ["/", "/en/"])
@pytest.mark.parametrize(
    "query",
    [
        "",
        "?on=fenfu-qr",
        "?on=other&what=failed",
        "?on=fenfu-qr&what=refused&said=risk",
        "?on=nonsense&said=x",
    ],
)
def test_only_me_answers_without_a_cookie(browser: Client, root: str, query: str) -> None:
    response = browser.get(f"{root}only-me/{query}")

    assert response.status_code == 200
    assert not response.cookies
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["Content-Language"] == ("en" if root == "/en/" else "zh-hans")


@pytest.mark.parametrize("root", ["/", "/en/"])
def test_only_me_is_reached_by_three_taps_on_links(browser: Client, root: str) -> None:
    address = f"{root}only-me/"

    for _ in range(3):
        page = browser.get(address).content.decode()
        address = re.findall(r'<li><a href="([^"]+)" hx-get', page)[0].replace("&amp;", "&")
    answer = browser.get(address).content.decode()

    assert 'class="verdict answer' in answer


def test_only_me_says_all_pages_in_one_language(browser: Client) -> None:
    for query in (
        "",
        "?on=fenfu-qr",
        "?on=fenfu-qr&what=stolen",
        "?on=fenfu-qr&what=stolen&said=busy&sure=8",
    ):
        page = browser.get(f"/only-me/{query}").content.decode()
        said = re.sub(
            r"<(script|style)[^>]*>.*?</\1>|<[^>]+>",
            " ",
            page.partition('<main id="main">')[2].partition("</main")[0],
        )
        said = re.sub(r"https?://\S+", "", said)

        assert not re.findall(r"[A-Za-z]{3,}", said), query


def test_only_me_shows_the_incident_when_one_explains_it(browser: Client, present: World) -> None:
    incident = make_incident(present, cause=Cause.RISK_CONTROL)

    page = browser.get("/en/only-me/?on=fenfu-qr&what=refused&said=risk").content.decode()

    assert f"/en/incidents/{incident.public_id}/" in page
    assert "It is not just you" in page


def test_only_me_says_that_it_does_not_know_when_the_monitor_is_blind(
    browser: Client, present: World
) -> None:
    Progress.objects.update(concluded_until=None)

    page = browser.get("/en/only-me/?on=fenfu-qr&what=failed&said=nothing").content.decode()

    assert "We cannot tell yet" in page
    assert "We cannot see how it stands right now" in page


def test_only_me_drops_a_pasted_message_when_it_has_read_it(browser: Client) -> None:
    response = browser.post("/only-me/", {"on": "fenfu-qr", "what": "failed", "message": SECRETS})

    assert response.status_code == 303
    assert response.headers["Location"] == "/only-me/?on=fenfu-qr&what=failed&said=busy&sure=9"
    assert not Report.objects.exists()
    assert not response.cookies


def test_only_me_sends_a_part_when_htmx_asks(browser: Client) -> None:
    response = browser.get("/only-me/?on=fenfu-qr", headers={"HX-Request": "true"})

    assert b"<html" not in response.content
    assert b'href="/en/only-me/?on=fenfu-qr"' in response.content
    assert "HX-Request" in response.headers["Vary"]


def test_only_me_costs_no_query_when_asked_again_at_once(
    browser: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser.get("/only-me/")

    with django_assert_num_queries(0):
        for happened in Happened:
            for said in Told:
                browser.get(f"/only-me/?on=fenfu-qr&what={happened}&said={said}")


def test_only_me_escapes_what_is_written_into_its_address(browser: Client) -> None:
    page = browser.get('/only-me/?on="><script>alert(1)</script>&what=<b>').content

    assert b"alert(1)" not in page


@pytest.mark.parametrize("root", ["/", "/en/"])
def test_report_is_stored_redacted_when_the_form_is_sent(browser: Client, root: str) -> None:
    page = browser.get(f"{root}report/?on=fenfu-qr&what=failed").content.decode()
    assert 'name="token"' in page

    response = browser.post(f"{root}report/", form(message=SECRETS))

    assert response.status_code == 303
    assert response.headers["Location"] == f"{root}report/thanks/?on=fenfu-qr&what=failed"
    stored = Report.objects.get()
    assert (stored.source.slug, stored.symptom, stored.product) == ("here", "payment_failure", "fenfu")
    assert "13812345678" not in stored.text
    assert "6222021234567890123" not in stored.text
    assert "198.51.100" not in f"{stored.author} {stored.text} {stored.external_id}"
    assert not response.cookies


def test_report_of_another_product_counts_for_nothing_else(browser: Client) -> None:
    browser.post("/report/", form(on="card-checkout"))

    situation = SituationReader().current(datetime.now(tz=UTC))

    counted = {
        slug: situation.say_the_same(slug, Symptom.PAYMENT_FAILURE)[0]
        for slug in ("card-checkout", "fenfu-qr", "wxpay-card")
    }
    assert counted == {"card-checkout": 1, "fenfu-qr": 0, "wxpay-card": 0}


def test_report_counts_a_device_once_an_hour(browser: Client) -> None:
    for _ in range(5):
        assert browser.post("/report/", form()).status_code == 303

    assert Report.objects.count() == 1


def test_report_takes_a_ticket_once(browser: Client) -> None:
    once = form()

    browser.post("/report/", once, REMOTE_ADDR="203.0.113.1")
    browser.post("/report/", once, REMOTE_ADDR="192.0.2.1")

    assert Report.objects.count() == 1


def test_report_hears_a_network_only_so_often(browser: Client) -> None:
    statuses = [
        browser.post("/report/", form(), headers={"user-agent": f"Phone {number}"}).status_code
        for number in range(6)
    ]

    assert statuses == [303, 303, 303, 429, 429, 429]
    assert Report.objects.count() == filing.PER_NETWORK_AND_HOUR
    assert "198.51" not in "".join(ReportQuota.objects.values_list("key", flat=True))


@pytest.mark.parametrize(
    ("changes", "headers", "status"),
    [
        pytest.param({"website": "https://buy.example"}, {}, 303, id="the honeypot is filled in"),
        pytest.param({"token": "forged"}, {}, 400, id="the ticket is forged"),
        pytest.param({"what": "everything"}, {}, 400, id="a symptom does not exist"),
        pytest.param({"on": "nothing"}, {}, 400, id="a component does not exist"),
        pytest.param({}, {"origin": "https://evil.example"}, 400, id="another site sends it"),
        pytest.param({}, {"origin": "null"}, 400, id="a sandboxed frame sends it"),
        pytest.param({}, {"sec-fetch-site": "cross-site"}, 400, id="a browser says it comes from elsewhere"),
    ],
)
def test_report_stores_nothing_when(
    browser: Client, changes: dict[str, str], headers: dict[str, str], status: int
) -> None:
    response = browser.post("/report/", form(**changes), headers=headers)

    assert response.status_code == status
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("age_s", "why"), [(0, "打开不到一秒"), (8000, "打开太久")], ids=["faster than a person", "hours later"]
)
def test_report_asks_once_more_when_the_form_comes(browser: Client, age_s: float, why: str) -> None:
    response = browser.post("/report/", form(token=ticket(age_s), message="<b>系统繁忙"))

    assert response.status_code == 400
    assert why in response.content.decode()
    assert 'name="token"' in response.content.decode()
    assert "&lt;b&gt;系统繁忙</textarea>" in response.content.decode()
    assert not Report.objects.exists()


def test_report_is_stored_when_a_browser_says_that_it_comes_from_here(browser: Client) -> None:
    headers = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}

    assert browser.post("/report/", form(), headers=headers).status_code == 303
    assert Report.objects.count() == 1


def test_report_tells_how_many_say_the_same(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        browser.post("/report/", form(), REMOTE_ADDR=f"203.0.{number}.9")
    monkeypatch.setattr(views, "_reader", type(views._reader)())

    page = browser.get("/en/report/thanks/?on=fenfu-qr&what=failed").content.decode()

    assert "3 people said the same" in page


@pytest.mark.parametrize(
    ("trusted", "forwarded", "networks"),
    [
        pytest.param(0, "203.0.113.{n}, 10.0.0.1", 1, id="no proxy is trusted: the connection counts"),
        pytest.param(1, "8.8.{n}.8, 203.0.113.5", 1, id="what the client wrote is ignored"),
        pytest.param(1, "203.0.{n}.5", 5, id="what the proxy wrote counts"),
    ],
)
def test_report_limits_the_address_that_the_proxy_saw(
    browser: Client, settings: Settings, trusted: int, forwarded: str, networks: int
) -> None:
    settings.TRUSTED_PROXIES = trusted

    for number in range(5):
        headers = {"x-forwarded-for": forwarded.format(n=number), "user-agent": f"Phone {number}"}
        browser.post("/report/", form(), headers=headers)

    assert Report.objects.count() == min(5, networks * filing.PER_NETWORK_AND_HOUR)
