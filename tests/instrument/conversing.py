"""Speaks to a gateway without a network: what it is asked, its first step, and how its reading is taken."""

from datetime import UTC, datetime
from typing import Any

from probes.instrument.codebook import default_code_book
from probes.instrument.gateways.protocol import AnswerReading, Ask, ConversationStep, Gateway
from probes.instrument.specs import EndpointAccess
from probes.vocabulary.outcomes import Outcome

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def endpoint(gateway: str, **credentials: str) -> EndpointAccess:
    return EndpointAccess(
        slug="pay",
        gateway=gateway,
        base_url="https://api.test",
        credentials=credentials,
    )


def ask(operation: str = "jsapi", **changes: Any) -> Ask:
    settings: dict[str, Any] = {
        "operation": operation,
        "run_id": "a" * 32,
        "now": NOW,
        "payer": {"openid": "o1", "auth_code": "130000000000000001", "card": "4242"},
    }
    return Ask(**settings | changes)


def first(gateway: Gateway, operation: str = "jsapi", **changes: Any) -> ConversationStep:
    return next(gateway.converse(ask(operation, **changes)))


def outcome_of(reading: AnswerReading) -> Outcome:
    return default_code_book().read(
        error=None, http_status=reading.http_status, code=reading.code, message=reading.message
    )
