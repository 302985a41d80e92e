"""What the site makes of what Alertmanager posts: over its own API, into the tables."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from statuspage.outside.models import Sender, SenderRule, SenderTotal, SentSignal, SignalNotice
from statuspage.outside.posted import MOST_POSTED_BYTES
from statuspage.outside.receiving import MOST_OPEN
from statuspage.outside.senders import PER_MINUTE, has_room
from tests.outside.building import alert, make_rule, make_sender, post
from tests.support.public_rows import World, make_world
from tests.support.responses import Response

SLUG = "fenfu-qr"


@pytest.fixture
def world(db: None) -> World:
    return make_world(now=datetime.now(UTC), days=1)


@pytest.fixture
def secret(world: World) -> str:
    make_rule(SLUG)
    return make_sender(now=world.now)[1]


def send(client: Client, secret: str, body: Any) -> Response:
    text = body if isinstance(body, str) else json.dumps(body)
    return client.post(
        "/api/v1/alerts/alertmanager",
        text,
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )


def told(answer: Response) -> dict[str, int]:
    assert answer.status_code == 200, answer.content
    return {name: count for name, count in answer.json().items() if name != "faults" and count}


def notices() -> list[tuple[list[str], str, bool]]:
    return [(row.components, row.cause, row.ended) for row in SignalNotice.objects.order_by("pk")]


def test_signal_begins_goes_on_and_ends_once_when_it_is_sent_again_and_again(
    client: Client, world: World, secret: str
) -> None:
    rings, over = (post(alert(status=s, starts_at=world.now)) for s in ("firing", "resolved"))

    answers = [told(send(client, secret, body)) for body in (rings, rings, over, over, rings)]

    assert answers == [{"new": 1}, {"again": 1}, {"ended": 1}, {"over": 1}, {"over": 1}]
    assert notices() == [([SLUG], "outage", False), ([SLUG], "outage", False), ([SLUG], "outage", True)]
    assert SentSignal.objects.get().ended_at is not None


def test_signal_that_begins_again_is_another_one_when_its_start_differs(
    client: Client, world: World, secret: str
) -> None:
    starts = (world.now, world.now + timedelta(minutes=1))

    answers = [told(send(client, secret, post(alert(starts_at=at)))) for at in starts]

    assert answers == [{"new": 1}, {"new": 1}]


def test_signal_is_lost_by_the_senders_own_time_when_that_is_sooner(
    client: Client, world: World, secret: str
) -> None:
    soon, late = world.now + timedelta(minutes=7), world.now + timedelta(days=30)

    send(
        client,
        secret,
        post(
            alert(fingerprint="a", starts_at=world.now, ends_at=soon.isoformat()),
            alert(fingerprint="b", starts_at=world.now, ends_at=late.isoformat()),
        ),
    )

    first, second = SentSignal.objects.order_by("pk")
    assert first.until == soon
    assert second.until - second.last_at == timedelta(minutes=300)


def test_unmatched_signal_is_listed_and_tells_the_detector_nothing(
    client: Client, world: World, secret: str
) -> None:
    answer = told(send(client, secret, post(alert(starts_at=world.now, severity="info"))))

    assert answer == {"new": 1, "unmatched": 1}
    assert SentSignal.objects.get().rule is None
    assert notices() == []


def test_signal_is_over_for_the_detector_when_its_rule_no_longer_takes_it(
    client: Client, world: World, secret: str
) -> None:
    body = post(alert(starts_at=world.now))
    send(client, secret, body)
    SenderRule.objects.update(enabled=False)

    send(client, secret, body)

    assert [ended for *_, ended in notices()] == [False, True]


def test_post_is_taken_in_but_for_what_is_wrong_in_it_when_times_are_not_sound(
    client: Client, world: World, secret: str
) -> None:
    shifts = {"a": timedelta(), "b": timedelta(hours=1), "c": -timedelta(days=400)}

    answer = send(
        client,
        secret,
        post(*(alert(fingerprint=f, starts_at=world.now + by) for f, by in shifts.items())),
    )

    assert told(answer) == {"new": 1}
    assert [fault["where"] for fault in answer.json()["faults"]] == ["alerts.1", "alerts.2"]
    assert "in the future" in answer.json()["faults"][0]["message"]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        pytest.param("{", 400, "", id="no JSON"),
        pytest.param({"version": "3", "alerts": []}, 422, "version", id="another version"),
        pytest.param(post({"status": "firing"}), 422, "alerts.0.labels", id="an alert without labels"),
        pytest.param(post(alert(fingerprint="../x")), 422, "alerts.0.fingerprint", id="no fingerprint"),
        pytest.param(post(alert(status="on")), 422, "alerts.0.status", id="no status"),
        pytest.param(
            post(alert() | {"startsAt": "2026-11-22T04:03:00"}), 422, "alerts.0.startsAt", id="no zone"
        ),
        pytest.param(post(*[alert()] * 501), 422, "alerts", id="too many alerts"),
    ],
)
def test_post_is_refused_and_says_where_when_it_cannot_be_read(
    client: Client, secret: str, body: Any, status: int, said: str
) -> None:
    answer = send(client, secret, body)

    assert answer.status_code == status
    assert said in answer.json()["detail"]
    assert SenderTotal.objects.get().became == "form"
    assert not SentSignal.objects.exists()


def test_post_is_refused_when_its_token_was_replaced_or_its_sender_switched_off(
    client: Client, secret: str
) -> None:
    Sender.objects.update(enabled=False)

    for given in (secret, "fs_other", ""):
        assert send(client, given, post()).status_code == 401


def test_post_is_refused_unread_when_it_is_too_large(client: Client, secret: str) -> None:
    answer = send(client, secret, "x" * (MOST_POSTED_BYTES + 1))

    assert answer.status_code == 413
    assert SenderTotal.objects.get().became == "size"


def test_sender_has_room_again_in_the_next_minute_when_it_posted_too_often(secret: str) -> None:
    minute = datetime(2026, 11, 22, 4, 3, tzinfo=UTC)
    Sender.objects.update(minute=minute, in_minute=PER_MINUTE - 1)

    rooms = [
        has_room(Sender.objects.get(), now=minute + timedelta(seconds=second)) for second in (1, 2, 3, 61)
    ]

    assert rooms == [True, False, False, True]
    assert [(row.became, row.count) for row in SenderTotal.objects.all()] == [("pace", 1)]


def test_flood_is_cut_off_when_too_many_signals_of_a_sender_go_on(
    client: Client, world: World, secret: str
) -> None:
    for part in range(2):
        alerts = [alert(fingerprint=f"{part}a{n:x}", starts_at=world.now) for n in range(300)]
        answer = send(client, secret, post(*alerts))

    assert SentSignal.objects.count() == MOST_OPEN
    assert len(answer.json()["faults"]) == 600 - MOST_OPEN


def test_labels_are_kept_only_so_far_when_they_are_long(client: Client, world: World, secret: str) -> None:
    send(client, secret, post(alert(starts_at=world.now, long="x\0" * 900)))

    assert SentSignal.objects.get().labels["long"] == "x" * 300
