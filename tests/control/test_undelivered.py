"""What could not be told is a concern of the control room, with a link to where it is mended."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override

from probes.vocabulary.telling import Channel, Membership, Stage
from statuspage.control.undelivered import undelivered
from statuspage.control.values import Defect
from statuspage.delivery.models import Delivery, News, Recipient
from statuspage.subscribers.models import Subscription
from tests.control.conftest import LogsIn
from tests.support.public_rows import World

A_WHILE = timedelta(minutes=11)


def _recipient(world: World, channel: Channel, name: str, **fields: Any) -> Recipient:
    values = {"failing_since": world.now - A_WHILE, "due_at": world.now}
    return Recipient.objects.create(channel=channel.value, name=name, **{**values, **fields})


def _delivery(world: World, recipient: Recipient, **fields: Any) -> Delivery:
    news, _ = News.objects.get_or_create(key="x/began", defaults={"created_at": world.now})
    values = {"due_at": world.now, "created_at": world.now, "attempts": 1, "detail": "503 busy"}
    return Delivery.objects.create(recipient=recipient, news=news, **{**values, **fields})


def _chat(world: World, standing: Membership = Membership.ACTIVE, **fields: Any) -> Subscription:
    values = {"key": "k1", "channel": Channel.SLACK.value, "name": "On duty", "place": "p1", "language": "en"}
    return Subscription.objects.create(
        **{**values, "standing": standing.value, "created_at": world.now, **fields}
    )


def _found(world: World) -> list[Defect]:
    with override("en"):
        return list(undelivered(world.now))


def test_chat_is_a_concern_when_nothing_arrives_there(calm: World, log_in: LogsIn) -> None:
    row = _chat(calm)
    _delivery(calm, _recipient(calm, Channel.SLACK, row.key))

    (found,) = _found(calm)

    assert found.where == "On duty (Slack)"
    assert "503 busy" in found.what
    assert log_in().get(found.link).status_code == 200


def test_chat_is_no_concern_when_it_failed_only_now(calm: World) -> None:
    recent = calm.now - timedelta(minutes=9)
    _delivery(calm, _recipient(calm, Channel.SLACK, _chat(calm).key, failing_since=recent))

    assert _found(calm) == []


def test_chat_stays_a_concern_when_it_was_ended(calm: World, log_in: LogsIn) -> None:
    ended = {"failed_at": calm.now - timedelta(days=40), "trouble": "failed for 5 days: 410"}
    row = _chat(calm, Membership.ENDED, **ended)

    (found,) = _found(calm)

    assert "failed for 5 days: 410" in found.what
    assert f"/{row.pk}/" in found.link
    assert log_in().get(found.link).status_code == 200


def test_reader_who_was_let_go_is_no_concern(calm: World) -> None:
    _chat(calm, Membership.ENDED, channel=Channel.MAIL.value)

    assert _found(calm) == []


@pytest.mark.parametrize("others_arrive", [False, True], ids=["no mail leaves", "only one mailbox is slow"])
def test_mail_is_an_urgent_concern_when_no_server_takes_any(
    calm: World, log_in: LogsIn, others_arrive: bool
) -> None:
    _delivery(calm, _recipient(calm, Channel.MAIL, "a"))
    if others_arrive:
        arrived = _recipient(calm, Channel.MAIL, "b", failing_since=None, due_at=None)
        _delivery(calm, arrived, stage=Stage.SENT.value, concluded_at=calm.now)

    found = _found(calm)

    assert [defect.urgent for defect in found] == ([] if others_arrive else [True])
    assert all(log_in().get(defect.link).status_code == 200 for defect in found)
