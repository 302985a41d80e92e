"""What the next message to a recipient holds, and what is told no more."""

from datetime import UTC, datetime, timedelta

import pytest

from probes.vocabulary.telling import NewsKind
from statuspage.delivery.rules import Habits, Packed, Waiting, next_free, pack

NOW = datetime(2026, 11, 22, 4, 26, tzinfo=UTC)
_K = NewsKind
JOINING, ONE_BY_ONE = Habits(), Habits(joins=False, drops=False)
REPLACING = Habits(joins=False, drops=False, replaces=True)


def waiting(*told: tuple[str, NewsKind]) -> list[Waiting]:
    return [Waiting(pk=pk, kind=kind, subject=subject) for pk, (subject, kind) in enumerate(told, start=1)]


@pytest.mark.parametrize(
    ("told", "knows", "habits", "packed"),
    [
        pytest.param([], "", JOINING, Packed(told=()), id="nothing waits"),
        pytest.param(
            [("a", _K.BEGAN), ("a", _K.UPDATE), ("b", _K.BEGAN)],
            "",
            JOINING,
            Packed(told=(1, 2, 3)),
            id="a burst is one message",
        ),
        pytest.param(
            [("a", _K.BEGAN), ("b", _K.BEGAN), ("a", _K.OVER)],
            "",
            JOINING,
            Packed(told=(2,), dropped=(1, 3)),
            id="what was over before it was told is not told",
        ),
        pytest.param(
            [("a", _K.UPDATE), ("a", _K.OVER)],
            "a",
            JOINING,
            Packed(told=(1, 2)),
            id="the end of what was told is told",
        ),
        pytest.param(
            [("a", _K.UPDATE), ("a", _K.OVER)],
            "",
            JOINING,
            Packed(told=(1, 2)),
            id="who asked when it was going on is told its end",
        ),
        pytest.param(
            [("a", _K.OVER)], "", JOINING, Packed(told=(1,)), id="an end that somebody waited for is told"
        ),
        pytest.param(
            [("a", _K.BEGAN), ("a", _K.OVER), ("a", _K.RETURNED)],
            "",
            JOINING,
            Packed(told=(1, 2, 3)),
            id="what goes on is told",
        ),
        pytest.param(
            [("a", _K.BEGAN), ("", _K.LETTER), ("", _K.LETTER)],
            "",
            JOINING,
            Packed(told=(2,)),
            id="a letter goes alone and first",
        ),
        pytest.param(
            [("a", _K.BEGAN), ("a", _K.OVER)],
            "",
            ONE_BY_ONE,
            Packed(told=(1,)),
            id="programs get all in order",
        ),
        pytest.param(
            [("a", _K.BEGAN), ("b", _K.BEGAN), ("a", _K.OVER)],
            "",
            REPLACING,
            Packed(told=(2,), dropped=(1,)),
            id="what is newer takes the place of what is older",
        ),
    ],
)
def test_message_holds_what_is_still_to_be_told_when_something_waits(
    told: list[tuple[str, NewsKind]], knows: str, habits: Habits, packed: Packed
) -> None:
    assert pack(waiting(*told), knows={knows}, habits=habits) == packed


@pytest.mark.parametrize(
    ("sent", "ago", "later"),
    [
        pytest.param(11, timedelta(minutes=5), None, id="below the cap"),
        pytest.param(12, timedelta(minutes=5), timedelta(minutes=55), id="at the cap"),
        pytest.param(12, timedelta(minutes=60), None, id="an hour later"),
        pytest.param(12, timedelta(minutes=-5), None, id="the clock was put back"),
    ],
)
def test_recipient_gets_no_more_when_he_got_enough_in_this_hour(
    sent: int, ago: timedelta, later: timedelta | None
) -> None:
    expected = None if later is None else NOW + later

    assert next_free(sent, NOW - ago, now=NOW, per_hour=12) == expected
