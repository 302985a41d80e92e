"""Senders, rules and posts for tests, whose fields all have defaults."""

from datetime import UTC, datetime
from typing import Any

from statuspage.monitoring.models import Component
from statuspage.outside.models import Sender, SenderRule
from statuspage.outside.senders import new_token

NOW = datetime(2026, 11, 22, 4, 3, tzinfo=UTC)
GO_ZERO = "0001-01-01T00:00:00Z"


def make_sender(*, now: datetime = NOW, **fields: Any) -> tuple[Sender, str]:
    """A sender and its token."""
    sender = Sender(**{"name": "Prometheus", "created_at": now, **fields})
    secret = new_token(sender, now=now)
    sender.save()
    return sender, secret


def make_rule(*slugs: str, **fields: Any) -> SenderRule:
    """A rule about these components; without any it means nothing."""
    cause = "outage" if slugs else ""
    rule = SenderRule.objects.create(
        **{"name": "page", "matchers": 'severity="page"', "cause": cause, **fields}
    )
    rule.components.set(Component.objects.filter(slug__in=slugs))
    return rule


def alert(
    *,
    fingerprint: str = "9f2c61",
    status: str = "firing",
    starts_at: datetime = NOW,
    ends_at: str = GO_ZERO,
    **labels: str,
) -> dict[str, Any]:
    return {
        "status": status,
        "labels": {"alertname": "PaymentErrors", "severity": "page", **labels},
        "annotations": {"summary": "not read"},
        "startsAt": starts_at.isoformat(),
        "endsAt": ends_at,
        "fingerprint": fingerprint,
    }


def post(*alerts: dict[str, Any]) -> dict[str, Any]:
    return {"version": "4", "status": "firing", "receiver": "fogbreak", "alerts": list(alerts)}
