"""A page's script asks to be told: what is taken, and what is refused."""

import json
from http import HTTPStatus
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from statuspage.delivery import subscribing
from statuspage.delivery.models import PushSubscription
from tests.support.public_rows import World, make_incident
from tests.support.push_services import ReaderBrowser

GOOGLE = "https://fcm.googleapis.com/fcm/send/"


def wish(topic: str, name: str = "reader") -> dict[str, str]:
    receiver = ReaderBrowser(GOOGLE + name).receiver
    return {"topic": topic, "endpoint": receiver.endpoint, "p256dh": receiver.p256dh, "auth": receiver.auth}


def post(body: object, address: str = "/en/push/", **more: Any) -> HttpResponse:
    text = body if isinstance(body, (str, bytes)) else json.dumps(body)
    answer: Any = Client().post(address, text, content_type="application/json", **more)
    assert isinstance(answer, HttpResponse)
    return answer


@pytest.mark.parametrize(("root", "language"), [("/", "zh-hans"), ("/en/", "en")])
def test_wish_is_kept_in_the_language_of_its_page_when_it_is_sent(
    root: str, language: str, world: World
) -> None:
    answer = post(wish("component/fenfu-qr"), f"{root}push/")

    assert (answer.status_code, answer.content) == (HTTPStatus.CREATED, b"")
    assert answer.headers["Cache-Control"] == "no-store"
    assert not answer.cookies
    assert PushSubscription.objects.get().language == language


def test_wish_is_refused_in_characters_that_no_page_is_in(world: World, settings: Settings) -> None:
    settings.TRADITIONAL_CHINESE = False
    refused = post(wish("component/fenfu-qr"), "/zh-hant/push/")
    settings.TRADITIONAL_CHINESE = True
    taken = post(wish("component/fenfu-qr"), "/zh-hant/push/")

    assert (refused.status_code, taken.status_code) == (HTTPStatus.NOT_FOUND, HTTPStatus.CREATED)


def test_wish_is_kept_once_when_it_is_sent_twice(world: World) -> None:
    sent = wish("component/fenfu-qr")

    for _ in range(2):
        assert post(sent).status_code == HTTPStatus.CREATED

    assert PushSubscription.objects.count() == 1


def test_wish_is_forgotten_when_the_reader_thinks_better_of_it(world: World) -> None:
    sent = wish("component/fenfu-qr")
    post(sent)

    answer = post({"topic": sent["topic"], "endpoint": sent["endpoint"]}, "/en/push/stop/")

    assert answer.status_code == HTTPStatus.NO_CONTENT
    assert not PushSubscription.objects.exists()


def test_nothing_of_the_receiver_stands_in_the_row_when_it_is_kept(world: World) -> None:
    post(wish("component/fenfu-qr", "very-secret"), REMOTE_ADDR="203.0.113.9")

    row = PushSubscription.objects.values().get()

    text = json.dumps(row, default=str)
    for secret in ("very-secret", "googleapis", "203.0.113"):
        assert secret not in text


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param("no JSON", "JSON is malformed", id="no JSON"),
        pytest.param({}, "missing required field `topic`", id="nothing"),
        pytest.param(
            {**wish("x"), "topic": "person/x"}, "expected incident/ID or component/SLUG", id="topic"
        ),
        pytest.param({**wish("component/fenfu-qr"), "auth": ""}, "auth has 0 bytes", id="no secret"),
        pytest.param(
            {**wish("component/fenfu-qr"), "endpoint": "https://10.0.0.1/"}, "no push service", id="elsewhere"
        ),
        pytest.param("[" * 2000, "", id="deep"),
        pytest.param(b"\xff\xfe", "", id="no text"),
    ],
)
def test_wish_is_refused_with_the_reason_when_it_cannot_be_read(
    body: object, said: str, world: World
) -> None:
    answer = post(body)

    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert said in answer.content.decode()
    assert not PushSubscription.objects.exists()


def test_wish_is_refused_when_a_foreign_page_sends_it(world: World) -> None:
    for header in ({"HTTP_ORIGIN": "https://evil.example"}, {"HTTP_SEC_FETCH_SITE": "cross-site"}):
        assert post(wish("component/fenfu-qr"), **header).status_code == HTTPStatus.FORBIDDEN

    assert not PushSubscription.objects.exists()


def test_wish_is_refused_when_there_is_nothing_to_tell_of(world: World) -> None:
    incident = make_incident(world)

    assert post(wish(f"incident/{incident.public_id}")).status_code == HTTPStatus.CREATED
    assert post(wish("incident/nothing")).status_code == HTTPStatus.NOT_FOUND


def test_network_is_put_off_when_it_asked_often_within_the_hour(world: World) -> None:
    for number in range(subscribing.PER_NETWORK_AND_HOUR):
        assert post(wish("component/fenfu-qr", str(number))).status_code == HTTPStatus.CREATED

    assert post(wish("component/fenfu-qr", "more")).status_code == HTTPStatus.TOO_MANY_REQUESTS
    elsewhere = post(wish("component/fenfu-qr", "elsewhere"), REMOTE_ADDR="198.51.100.7")
    assert elsewhere.status_code == HTTPStatus.CREATED


@pytest.mark.parametrize(
    ("address", "status"),
    [
        pytest.param("2001:db8:ffff::1", HTTPStatus.TOO_MANY_REQUESTS, id="another network of the same /32"),
        pytest.param("2001:db9:1::1", HTTPStatus.CREATED, id="another /32"),
        pytest.param("198.51.100.7", HTTPStatus.CREATED, id="IPv4"),
    ],
)
def test_provider_is_put_off_when_many_of_its_networks_asked_within_the_hour(
    world: World, monkeypatch: pytest.MonkeyPatch, address: str, status: HTTPStatus
) -> None:
    monkeypatch.setattr(subscribing, "PER_PROVIDER_AND_HOUR", 3)
    for number in range(3):
        taken = post(wish("component/fenfu-qr", str(number)), REMOTE_ADDR=f"2001:db8:{number}::1")
        assert taken.status_code == HTTPStatus.CREATED

    assert post(wish("component/fenfu-qr", "more"), REMOTE_ADDR=address).status_code == status


def test_nobody_more_is_kept_when_there_are_as_many_as_may_be(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscribing, "MOST_SUBSCRIPTIONS", 1)

    assert post(wish("component/fenfu-qr", "first")).status_code == HTTPStatus.CREATED
    assert post(wish("component/fenfu-qr", "second")).status_code == HTTPStatus.TOO_MANY_REQUESTS


def test_who_waits_for_an_end_has_the_place_of_the_oldest_standing_wish_when_there_is_none_left(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscribing, "MOST_SUBSCRIPTIONS", 2)
    topic = f"incident/{make_incident(world).public_id}"
    post(wish("component/fenfu-qr", "first"))
    post(wish("component/card-checkout", "second"))

    answers = [post(wish(topic, name)).status_code for name in ("third", "fourth", "fifth")]

    assert answers == [HTTPStatus.CREATED, HTTPStatus.CREATED, HTTPStatus.TOO_MANY_REQUESTS]
    assert list(PushSubscription.objects.values_list("topic", flat=True)) == [topic, topic]


def test_wish_is_refused_when_it_is_too_long_or_not_sent(world: World) -> None:
    assert post("x" * 5000).status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert Client().get("/push/").status_code == HTTPStatus.METHOD_NOT_ALLOWED
