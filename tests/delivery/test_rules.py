"""What comes of a try, and when the next one is."""

from datetime import timedelta

import pytest

from probes.vocabulary.telling import Stage
from statuspage.delivery.rules import (
    LONGEST_PAUSE,
    PAUSES,
    Reception,
    SendAttempt,
    answered_by,
    stage_after,
)
from statuspage.delivery.topics import read_topic


@pytest.mark.parametrize(
    ("status", "answered"),
    [
        (200, Reception.TAKEN),
        (201, Reception.TAKEN),
        (202, Reception.TAKEN),
        (404, Reception.GONE),
        (410, Reception.GONE),
        (408, Reception.LATER),
        (429, Reception.LATER),
        (500, Reception.LATER),
        (503, Reception.LATER),
        (301, Reception.REFUSED),
        (400, Reception.REFUSED),
        (403, Reception.REFUSED),
        (413, Reception.REFUSED),
    ],
)
def test_status_means_what_the_standard_says_when_a_push_service_answers(
    status: int, answered: Reception
) -> None:
    assert answered_by(status) is answered


def test_delivery_waits_longer_each_time_and_is_given_up_when_nobody_is_there() -> None:
    away = SendAttempt(answered=Reception.LATER)

    stages = [stage_after(away, attempts) for attempts in range(1, len(PAUSES) + 2)]

    assert stages == [*((Stage.WAITING, pause) for pause in PAUSES), (Stage.GIVEN_UP, timedelta())]


@pytest.mark.parametrize(
    ("asked", "pause"),
    [
        pytest.param(timedelta(seconds=90), timedelta(seconds=90), id="longer than ours"),
        pytest.param(timedelta(seconds=1), PAUSES[0], id="shorter than ours"),
        pytest.param(timedelta(days=3), LONGEST_PAUSE, id="for ever"),
    ],
)
def test_delivery_waits_as_long_as_it_is_asked_to_when_a_push_service_is_busy(
    asked: timedelta, pause: timedelta
) -> None:
    assert stage_after(SendAttempt(answered=Reception.LATER, asked=asked), 1) == (Stage.WAITING, pause)


@pytest.mark.parametrize(
    ("answered", "stage"),
    [(Reception.TAKEN, Stage.SENT), (Reception.GONE, Stage.GONE), (Reception.REFUSED, Stage.GIVEN_UP)],
)
def test_delivery_is_over_when_there_is_nothing_to_wait_for(answered: Reception, stage: Stage) -> None:
    assert stage_after(SendAttempt(answered=answered), 1) == (stage, timedelta())


@pytest.mark.parametrize(
    "text", ["", "incident/", "person/x", "incident/../x", "incident/x\n", "component/" + "x" * 101]
)
def test_topic_is_refused_when_no_page_writes_it(text: str) -> None:
    with pytest.raises(ValueError, match="expected incident/ID or component/SLUG"):
        read_topic(text)
