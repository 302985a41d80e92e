"""Whom news concerns, and when a summary leaves."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.telling import NewsKind, Rhythm
from statuspage.delivery.kinds import Reach
from statuspage.subscribers.wishes import Interest, told_at, wants

QR, CARD = frozenset({"fenfu-qr"}), frozenset({"card-checkout"})
OUTAGE = Reach(components=QR, causes=frozenset({Cause.OUTAGE}), impact=Impact.MAJOR)
CORRECTED = Reach(components=QR, causes=frozenset({Cause.OUTAGE, Cause.RISK_CONTROL}), impact=Impact.MINOR)
PLANNED = Reach(components=QR, causes=frozenset({Cause.MAINTENANCE}))
TO_ALL = Reach()
ALL = Interest()


@pytest.mark.parametrize(
    ("wish", "reach", "wanted"),
    [
        pytest.param(ALL, OUTAGE, True, id="all: an outage"),
        pytest.param(ALL, PLANNED, True, id="all: planned work"),
        pytest.param(ALL, TO_ALL, True, id="all: an announcement"),
        pytest.param(Interest(components=QR), OUTAGE, True, id="a component: its outage"),
        pytest.param(Interest(components=CARD), OUTAGE, False, id="a component: another's outage"),
        pytest.param(Interest(components=CARD), TO_ALL, True, id="a component: what concerns all"),
        pytest.param(Interest(causes=frozenset({Cause.OUTAGE})), OUTAGE, True, id="a cause: it"),
        pytest.param(Interest(causes=frozenset({Cause.RISK_CONTROL})), OUTAGE, False, id="a cause: another"),
        pytest.param(Interest(causes=frozenset({Cause.OUTAGE})), CORRECTED, True, id="a cause: at first"),
        pytest.param(Interest(causes=frozenset({Cause.OUTAGE})), PLANNED, False, id="a cause: planned work"),
        pytest.param(Interest(causes=frozenset({Cause.OUTAGE})), TO_ALL, True, id="a cause: an announcement"),
        pytest.param(Interest(least_impact=Impact.MAJOR), OUTAGE, True, id="an impact: as bad"),
        pytest.param(Interest(least_impact=Impact.CRITICAL), OUTAGE, False, id="an impact: less bad"),
        pytest.param(Interest(least_impact=Impact.CRITICAL), PLANNED, True, id="an impact: planned work"),
        pytest.param(Interest(topic="incident/a"), OUTAGE, True, id="one incident: it"),
        pytest.param(Interest(topic="incident/b"), OUTAGE, False, id="one incident: another"),
        pytest.param(
            Interest(topic="incident/a", least_impact=Impact.CRITICAL),
            OUTAGE,
            True,
            id="one incident: however bad",
        ),
    ],
)
def test_news_is_told_to_those_whom_it_concerns_when_they_asked_for_such(
    wish: Interest, reach: Reach, wanted: bool
) -> None:
    assert wants(wish, kind=NewsKind.BEGAN, subject="incident/a", reach=reach) is wanted


@pytest.mark.parametrize(
    ("rhythm", "now", "expected"),
    [
        pytest.param(Rhythm.AT_ONCE, "2026-11-30T03:00", "2026-11-30T03:00", id="at once"),
        pytest.param(Rhythm.DAILY, "2026-11-30T06:59", "2026-11-30T07:00", id="a minute before"),
        pytest.param(Rhythm.DAILY, "2026-11-30T07:00", "2026-12-01T07:00", id="at its hour: the next day"),
        pytest.param(Rhythm.WEEKLY, "2026-11-30T06:00", "2026-11-30T07:00", id="on Monday morning"),
        pytest.param(Rhythm.WEEKLY, "2026-11-30T08:00", "2026-12-07T07:00", id="on Monday noon"),
        pytest.param(Rhythm.DAILY, "2026-03-28T12:00", "2026-03-29T06:00", id="the clocks go forward"),
        pytest.param(Rhythm.DAILY, "2026-10-24T12:00", "2026-10-25T07:00", id="the clocks go back"),
    ],
)
def test_summary_leaves_at_its_hour_when_the_clocks_of_the_site_show_it(
    rhythm: Rhythm, now: str, expected: str
) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)

    due = told_at(rhythm, moment, hour=8, zone=ZoneInfo("Europe/Berlin"))

    assert due == datetime.fromisoformat(expected).replace(tzinfo=UTC)
