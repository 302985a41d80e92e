"""One outbox for every channel: who holds what, in which order it is told, what is known after a crash."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import Settings

from probes.vocabulary.telling import Channel, NewsKind, Stage
from statuspage.delivery.delivering import deliver
from statuspage.delivery.journal import Note
from statuspage.delivery.models import Delivery, News, Recipient
from statuspage.delivery.outbox import Parcel, send_due, take_due
from statuspage.delivery.releasing import ParcelResult, conclude
from statuspage.delivery.rules import LEASE, PAUSES, Reception, SendAttempt
from statuspage.delivery.spreading import BATCH, Addressed, Portion, address
from tests.support.public_rows import NOW, World, make_incident

pytestmark = pytest.mark.django_db
TAKEN = SendAttempt(answered=Reception.TAKEN)


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path / "deliveries"


def news(key: str = "a/1", kind: NewsKind = NewsKind.BEGAN) -> News:
    return News.objects.create(
        key=key, kind=kind.value, subject=key.split("/")[0], created_at=NOW, spread=True
    )


def told_to(*names: str, of: News | None = None, channel: Channel = Channel.MAIL) -> None:
    address(of or news(), [Addressed(channel=channel, name=name, due_at=NOW) for name in names], NOW)


class Postman:
    """Sends nothing: it remembers what it was given, and answers as it is told to."""

    def __init__(self, *answers: SendAttempt) -> None:
        self.answers = list(answers)
        self.carried: list[tuple[str, list[str]]] = []

    def __call__(self, parcels: Sequence[Parcel], note: Note, now: object) -> list[SendAttempt]:
        for parcel in parcels:
            self.carried.append((parcel.recipient.name, [item.key for item in parcel.news]))
        return [self.answers.pop(0) if self.answers else TAKEN for _ in parcels]


def test_news_is_sent_once_when_two_workers_look_at_the_same_time() -> None:
    told_to("ann", "bob")

    first, second = take_due(Channel.MAIL, NOW), take_due(Channel.MAIL, NOW)

    assert len(first) == 2
    assert second == []


def test_news_is_told_in_order_when_what_is_older_could_not_be_sent_yet() -> None:
    told_to("ann", of=news("a/1"), channel=Channel.WEBHOOK)
    away = SendAttempt(answered=Reception.LATER)
    postman = Postman(away)
    send_due({Channel.WEBHOOK: postman}, NOW)
    told_to("ann", of=news("a/2"), channel=Channel.WEBHOOK)

    for _ in range(3):
        send_due({Channel.WEBHOOK: postman}, NOW + timedelta(seconds=1))
    for _ in range(3):
        send_due({Channel.WEBHOOK: postman}, NOW + PAUSES[0])

    assert [keys for _, keys in postman.carried] == [["a/1"], ["a/1"], ["a/2"]]


def test_burst_is_one_message_when_a_recipient_was_held_up() -> None:
    for key in ("a/1", "a/2", "b/1"):
        told_to("ann", of=news(key))
    postman = Postman()

    send_due({Channel.MAIL: postman}, NOW)

    assert postman.carried == [("ann", ["a/1", "a/2", "b/1"])]
    assert set(Delivery.objects.values_list("stage", flat=True)) == {Stage.SENT.value}


def test_news_waits_for_the_next_hour_when_a_recipient_had_enough() -> None:
    postman = Postman()
    for number in range(14):
        told_to("ann", of=news(f"{number}/1"))
        send_due({Channel.MAIL: postman}, NOW + timedelta(seconds=number))

    send_due({Channel.MAIL: postman}, NOW + timedelta(hours=1))

    assert [len(keys) for _, keys in postman.carried] == [*[1] * 12, 2]


def test_nothing_is_left_behind_when_news_comes_while_a_recipient_is_held() -> None:
    told_to("ann", of=news("a/1"))
    (parcel,) = take_due(Channel.MAIL, NOW)
    told_to("ann", of=news("b/1"))

    conclude([ParcelResult(recipient=parcel.recipient, deliveries=parcel.deliveries, tried=TAKEN)], NOW)

    assert [[item.key for item in again.news] for again in take_due(Channel.MAIL, NOW)] == [["b/1"]]


def test_nothing_is_noted_by_a_worker_when_another_one_took_over() -> None:
    told_to("ann")
    (slow,) = take_due(Channel.MAIL, NOW)
    take_due(Channel.MAIL, NOW + LEASE)

    refused = SendAttempt(answered=Reception.REFUSED)
    conclude([ParcelResult(recipient=slow.recipient, deliveries=slow.deliveries, tried=refused)], NOW)

    assert Delivery.objects.get().stage == Stage.WAITING.value


def test_what_was_taken_is_not_sent_again_when_the_process_ended_before_it_said_so(folder: Path) -> None:
    told_to("ann", "bob")
    calls: list[str] = []

    def dying(parcels: Sequence[Parcel], note: Note, now: object) -> list[SendAttempt]:
        note(parcels[0].receipt)
        raise SystemExit

    def living(parcels: Sequence[Parcel], note: Note, now: object) -> list[SendAttempt]:
        calls.extend(parcel.recipient.name for parcel in parcels)
        return [TAKEN for _ in parcels]

    with pytest.raises(SystemExit):
        send_due({Channel.MAIL: dying}, NOW)
    send_due({Channel.MAIL: living}, NOW + LEASE)

    assert calls == ["bob"]
    assert set(Delivery.objects.values_list("stage", flat=True)) == {Stage.SENT.value}
    assert list(folder.iterdir()) == []


def test_journal_of_a_process_that_works_is_left_alone_when_another_one_looks(folder: Path) -> None:
    told_to("ann", "bob")

    def nested(parcels: Sequence[Parcel], note: Note, now: object) -> list[SendAttempt]:
        note(parcels[0].receipt)
        send_due({}, NOW)
        assert set(Delivery.objects.values_list("stage", flat=True)) == {Stage.WAITING.value}
        return [TAKEN for _ in parcels]

    send_due({Channel.MAIL: nested}, NOW)

    assert list(folder.iterdir()) == []


def test_update_is_handed_to_all_when_they_are_more_than_one_portion(world: World) -> None:
    names = [f"{number:05d}" for number in range(BATCH + 5)]

    def audience(item: News, after: int, most: int, now: object) -> Portion:
        some = names[after : after + most]
        addressed = [Addressed(channel=Channel.MAIL, name=name, due_at=NOW) for name in some]
        return Portion(addressed=addressed, cursor=after + most if after + most < len(names) else None)

    make_incident(world)
    while deliver(world.now, senders={}, audience=audience):
        pass

    told = Delivery.objects.filter(news__kind=NewsKind.BEGAN.value)
    assert told.count() == len(names)
    assert not News.objects.filter(spread=False).exists()
    assert Recipient.objects.count() == len(names)


def test_nobody_is_told_when_the_transaction_that_wrote_the_update_failed(world: World) -> None:
    with transaction.atomic():
        make_incident(world)
        assert News.objects.exists()
        transaction.set_rollback(True)

    assert not News.objects.exists()
