"""Checks that a program of ours makes for one probe and pushes: stored as a worker's, or missed."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from probes.instrument.schedule import slot_of
from statuspage.doctor.outside import examine_outside
from statuspage.monitoring import sweeping
from statuspage.monitoring.dispatch import Dispatcher
from statuspage.monitoring.models import CheckResult, Dispatch, Probe, Progress
from statuspage.outside.models import PushToken
from statuspage.outside.pushing import PushedCheck, PushFate, take_pushed
from statuspage.outside.senders import PER_MINUTE, may_push, new_token
from tests.support.probe_rows import build_probe
from tests.support.responses import Response

pytestmark = pytest.mark.django_db
INTERVAL = timedelta(seconds=60)
# In the middle of the interval that follows a tick of the probe.
SLUG = "fenfu-qr.ordinary.east"
TICK = datetime(2026, 11, 22, 4, 3, tzinfo=UTC) + slot_of(SLUG, 60.0)
NOW = TICK + timedelta(seconds=30)


def make_token(probe: Probe, *, now: datetime = NOW, **fields: Any) -> tuple[PushToken, str]:
    token = PushToken(probe=probe, **fields)
    secret = new_token(token, now=now)
    token.save()
    return token, secret


@pytest.fixture
def token() -> PushToken:
    return make_token(build_probe(SLUG, interval_seconds=60.0))[0]


def ended(ago: float = 0.0, **fields: Any) -> PushedCheck:
    return PushedCheck(
        **{"at": NOW - timedelta(seconds=ago), "http_status": 200, "latency_ms": 80.0, **fields}
    )


def stored() -> list[tuple[datetime, str]]:
    return list(CheckResult.objects.order_by("tick").values_list("tick", "outcome"))


def test_check_is_stored_under_its_tick_and_read_by_the_code_book_when_it_is_pushed(token: PushToken) -> None:
    checks = [
        ended(),
        ended(60, error="timeout", http_status=None),
        ended(120, http_status=403, code="RULE_LIMIT", message="当前交易存在风险"),
    ]

    result = take_pushed(token, checks, now=NOW)

    assert result.fates == (PushFate.TAKEN,) * 3
    assert stored() == [
        (TICK - 2 * INTERVAL, "declined_risk"),
        (TICK - INTERVAL, "timeout"),
        (TICK, "accepted"),
    ]


def test_only_the_first_check_of_a_tick_counts_when_it_is_pushed_again(token: PushToken) -> None:
    first = take_pushed(token, [ended(), ended(1)], now=NOW)

    second = take_pushed(token, [ended(error="connect", http_status=None)], now=NOW)

    assert first.fates == (PushFate.TAKEN, PushFate.REPEATED)
    assert second.fates == (PushFate.REPEATED,)
    assert stored() == [(TICK, "accepted")]


def test_check_is_kept_and_not_judged_when_its_moment_is_concluded(token: PushToken) -> None:
    Progress.objects.update_or_create(pk=1, defaults={"concluded_until": NOW - timedelta(seconds=10)})

    take_pushed(token, [ended(60), ended(0)], now=NOW)

    assert list(CheckResult.objects.order_by("tick").values_list("late", flat=True)) == [True, False]


@pytest.mark.parametrize(
    ("ago", "fate"),
    [
        pytest.param(-31.0, PushFate.FUTURE, id="it ends in the future"),
        pytest.param(-29.0, PushFate.TAKEN, id="it is ahead by no more than clocks may be"),
        pytest.param(599.0, PushFate.TAKEN, id="it is ten minutes old"),
        pytest.param(601.0, PushFate.OLD, id="it is older"),
    ],
)
def test_check_is_refused_by_its_time_when_that_cannot_be(
    token: PushToken, ago: float, fate: PushFate
) -> None:
    assert take_pushed(token, [ended(ago)], now=NOW).fates == (fate,)
    assert CheckResult.objects.count() == (fate is PushFate.TAKEN)


def test_secret_is_cut_when_a_pushed_answer_says_it(token: PushToken) -> None:
    take_pushed(token, [ended(message="password=hunter2hunter2 \0 denied", http_status=500)], now=NOW)

    assert "hunter2" not in CheckResult.objects.get().message


def test_probe_is_missed_and_not_asked_by_us_when_nothing_is_pushed(token: PushToken) -> None:
    Dispatch.objects.create(vantage=token.probe.vantage, dispatched_until=NOW, swept_until=NOW)

    handed_out = Dispatcher().due(NOW + timedelta(seconds=40), ahead=timedelta())
    sweeping.sweep_missed(NOW + timedelta(seconds=150))

    assert handed_out == []
    assert stored() == [(TICK + INTERVAL, "missed")]


def test_probe_is_asked_by_us_again_when_its_token_is_switched_off(token: PushToken) -> None:
    PushToken.objects.update(enabled=False)
    Dispatch.objects.create(vantage=token.probe.vantage, dispatched_until=NOW, swept_until=NOW)

    (batch,) = Dispatcher().due(NOW + timedelta(seconds=40), ahead=timedelta())

    assert [check.tick for check in batch.checks] == [TICK + INTERVAL]


def test_token_is_slowed_down_for_the_rest_of_a_minute_when_it_pushes_too_often(token: PushToken) -> None:
    PushToken.objects.update(minute=NOW.replace(second=0, microsecond=0), in_minute=PER_MINUTE - 1)

    rooms = [may_push(PushToken.objects.get(), now=NOW + timedelta(minutes=m)) for m in (0, 0, 1)]

    assert rooms == [True, False, True]


def test_doctor_finds_a_probe_when_nothing_was_pushed_for_it_for_long() -> None:
    make_token(build_probe(SLUG), now=datetime.now(UTC) - timedelta(minutes=6))

    assert [finding.where for finding in examine_outside()] == [SLUG]


def send(client: Client, secret: str, path: str, body: Any = None) -> Response:
    return client.post(
        f"/api/v1/push{path}",
        "" if body is None else json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )


def test_heartbeat_is_a_check_that_was_accepted_now_when_it_comes(client: Client) -> None:
    _, secret = make_token(build_probe(SLUG, interval_seconds=3600.0))

    answers = [send(client, secret, "/heartbeat") for _ in range(2)]

    assert [answer.json()["taken"] for answer in answers] == [1, 0]
    assert CheckResult.objects.get().outcome == "accepted"
    assert PushToken.objects.get().taken == 1


@pytest.mark.parametrize(
    ("check", "where"),
    [
        pytest.param({"http_status": 200}, "at", id="no time"),
        pytest.param({"at": "2026-11-22T04:03:00", "http_status": 200}, "at", id="a time without zone"),
        pytest.param({"at": "2026-11-22T04:03:00Z"}, "checks.0", id="neither answer nor error"),
        pytest.param(
            {"at": "2026-11-22T04:03:00Z", "error": "timeout", "http_status": 200}, "checks.0", id="both"
        ),
        pytest.param({"at": "2026-11-22T04:03:00Z", "error": "bored"}, "error", id="an unknown error"),
        pytest.param(
            {"at": "2026-11-22T04:03:00Z", "http_status": 200, "latency_ms": -1}, "latency_ms", id="a latency"
        ),
    ],
)
def test_push_is_refused_and_says_where_when_it_cannot_be_read(
    client: Client, check: dict[str, Any], where: str
) -> None:
    _, secret = make_token(build_probe(SLUG))

    answer = send(client, secret, "", {"checks": [check]})

    assert answer.status_code == 422
    assert where in answer.json()["faults"][0]["where"]
    assert not CheckResult.objects.exists()


def test_push_tells_which_checks_it_refused_when_their_times_cannot_be(client: Client) -> None:
    _, secret = make_token(build_probe(SLUG))
    now = datetime.now(UTC)
    moments = (now + timedelta(hours=1), now)
    checks = [{"at": moment.isoformat(), "http_status": 200} for moment in moments]

    answer = send(client, secret, "", {"checks": checks})

    assert answer.json()["taken"] == 1
    assert [fault["where"] for fault in answer.json()["faults"]] == ["checks.0"]


def test_push_is_refused_when_its_token_is_none_or_its_probe_is_off(client: Client) -> None:
    _, secret = make_token(build_probe(SLUG))
    Probe.objects.update(enabled=False)

    assert send(client, secret, "/heartbeat").status_code == 409
    assert send(client, secret + "x", "/heartbeat").status_code == 401
