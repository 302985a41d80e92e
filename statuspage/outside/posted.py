"""What Alertmanager posts to a webhook, version 4, as far as it is read.

https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

MOST_ALERTS = 500
# Of one post: with 500 alerts of 2 kB; Alertmanager's max_alerts keeps it smaller.
MOST_POSTED_BYTES = 1024 * 1024
MOST_LABELS = 64
# What no clock that is right can be ahead by.
AHEAD = timedelta(minutes=5)
# Nothing that began before this is news.
LONG_AGO = timedelta(days=90)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
_Text = Annotated[str, StringConstraints(max_length=2000)]
_Labels = Annotated[dict[_Name, _Text], Field(max_length=MOST_LABELS)]


class PostedAlert(Schema):
    """One alert. ``endsAt`` of one that goes on is the year 1, or when it ends unless it is sent again."""

    model_config = ConfigDict(extra="ignore")
    status: Literal["firing", "resolved"]
    labels: _Labels
    startsAt: AwareDatetime  # noqa: N815  # Alertmanager's own names
    endsAt: AwareDatetime | None = None  # noqa: N815
    fingerprint: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{1,32}$")]


class AlertmanagerPost(Schema):
    """A group of alerts as Alertmanager's webhook sends it; other fields of it are not read."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "version": "4",
                    "status": "firing",
                    "alerts": [
                        {
                            "status": "firing",
                            "labels": {"alertname": "PaymentErrors", "severity": "page", "service": "qr"},
                            "startsAt": "2026-11-22T04:03:00Z",
                            "endsAt": "0001-01-01T00:00:00Z",
                            "fingerprint": "9f2c61b0a4d3e877",
                        }
                    ],
                }
            ]
        },
    )
    version: Literal["4"]
    alerts: Annotated[list[PostedAlert], Field(max_length=MOST_ALERTS)]


class SignalRefusal(StrEnum):
    """Why something that was sent is not taken in."""

    SIZE = "size"  # the post is too large
    PACE = "pace"  # too many posts in a minute
    FORM = "form"  # the post cannot be read
    FUTURE = "future"  # it began in the future
    OLD = "old"  # it began too long ago
    MANY = "many"  # too many go on already


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldSignal:
    """One alert as it is taken in; ``ends_at`` is None where the sender did not say when it will be over."""

    key: str
    name: str
    labels: Mapping[str, str]
    since: datetime
    ends_at: datetime | None
    ended: bool


def told(alert: PostedAlert) -> ToldSignal:
    """An alert by its identity: labels, which the fingerprint stands for, and when it began."""
    since = _moment(alert.startsAt) or _EPOCH
    return ToldSignal(
        key=hashlib.sha256(f"{alert.fingerprint}@{since.isoformat()}".encode()).hexdigest()[:24],
        name=_storable(alert.labels.get("alertname", alert.fingerprint))[:200],
        labels={_storable(name): _storable(text) for name, text in alert.labels.items()},
        since=since,
        ends_at=_moment(alert.endsAt),
        ended=alert.status == "resolved",
    )


def refusal_of(signal: ToldSignal, now: datetime) -> SignalRefusal | None:
    """Why one signal is not taken in, by its times; None where they are sound."""
    if signal.since > now + AHEAD:
        return SignalRefusal.FUTURE
    return SignalRefusal.OLD if signal.since < now - LONG_AGO else None


def _moment(at: datetime | None) -> datetime | None:
    """In UTC; None for one that is none, as Go's zero of year 1 is."""
    return at.astimezone(UTC) if at is not None and _EPOCH.year <= at.year <= 9000 else None


def _storable(text: str) -> str:
    """Without NUL, which PostgreSQL does not keep."""
    return text.replace("\0", "")
