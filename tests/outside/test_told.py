"""Who looks after the site is told of other monitors: by the doctor and by metrics."""

from datetime import timedelta

import pytest
from django.test import Client

from statuspage import clock
from statuspage.doctor.outside import examine_outside
from statuspage.outside.models import Sender
from statuspage.outside.posted import AlertmanagerPost, told
from statuspage.outside.receiving import take_in
from statuspage.wording import doctor as words
from tests.metrics.scraping import scrape, value
from tests.outside.building import alert, make_rule, make_sender, post
from tests.support.public_rows import World, make_world

HOUR = timedelta(hours=1)


@pytest.fixture
def world(db: None) -> World:
    return make_world(now=clock.now(), days=1)


def found() -> list[tuple[str, str]]:
    return [(finding.where, finding.to_do.en) for finding in examine_outside()]


def to_do(advice: words.Advice) -> str:
    return advice.to_do.say().en


def test_doctor_has_nothing_to_say_when_a_sender_has_rules_and_was_heard(world: World) -> None:
    make_sender(now=world.now - HOUR, heard_at=world.now, silent_after_minutes=10)
    make_rule("fenfu-qr")

    assert found() == []


def test_doctor_finds_a_sender_that_fell_silent_without_rules_when_both_are_so(world: World) -> None:
    make_sender(now=world.now - HOUR, silent_after_minutes=10)

    assert found() == [
        ("Prometheus", to_do(words.SENDER_SILENT)),
        ("Prometheus", to_do(words.SENDER_WITHOUT_RULES)),
    ]


def test_doctor_leaves_a_sender_alone_when_nothing_is_expected_of_it_or_it_is_off(world: World) -> None:
    make_rule("fenfu-qr")
    make_sender(now=world.now - HOUR)
    make_sender(now=world.now - HOUR, name="Off", silent_after_minutes=10, enabled=False)

    assert found() == []


def test_doctor_finds_a_rule_that_means_nothing_when_its_components_are_retired(world: World) -> None:
    make_sender(now=world.now)
    make_rule("fenfu-qr")
    world.components["fenfu-qr"].retired = True
    world.components["fenfu-qr"].save()

    assert found() == [("page", to_do(words.RULE_IDLE))]


def test_metrics_and_doctor_count_what_no_rule_takes_when_it_goes_on(world: World, client: Client) -> None:
    make_sender(now=world.now)
    make_rule("fenfu-qr")
    body = AlertmanagerPost.model_validate(
        post(
            alert(fingerprint="a", starts_at=world.now),
            alert(fingerprint="b", starts_at=world.now, severity="info"),
        )
    )
    take_in(Sender.objects.get(), [told(one) for one in body.alerts], now=world.now)

    text = scrape(client)

    assert value(text, "fogbreak_outside_signals_total", sender="Prometheus", became="new") == 2
    assert value(text, "fogbreak_outside_signals_open", sender="Prometheus", taken="no") == 1
    assert value(text, "fogbreak_outside_silent", sender="Prometheus") == 0
    assert found() == [("Prometheus", to_do(words.SIGNALS_UNMATCHED))]
