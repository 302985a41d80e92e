"""What the card processor's dialect asks and how it reads answers, spoken to without a network."""

import json
from typing import Any

import pytest

from probes.instrument.gateways.protocol import Gateway
from probes.instrument.gateways.registry import make_gateway
from probes.instrument.gateways.vault import Vault
from probes.network.exchange import Reply
from probes.vocabulary.outcomes import Outcome
from tests.instrument.conversing import ask, endpoint, first, outcome_of


def vault(key: str) -> Vault:
    return Vault(environ={"PROBE_SECRET_CARD": key})


def card() -> Gateway:
    return make_gateway(endpoint("card_json", api_key="${PROBE_SECRET_CARD}"), vault("sk_1"))


def test_card_charges_retrieves_and_refunds_when_each_step_passes() -> None:
    conversation = card().converse(ask("charge"))
    charged = Reply(status=200, headers={}, body=b'{"id": "ch_1", "status": "succeeded"}')

    steps = [next(conversation), conversation.send(charged), conversation.send(charged)]

    assert [(step.name, step.request.url) for step in steps] == [
        ("charge", "https://api.test/v1/charges"),
        ("retrieve", "https://api.test/v1/charges/ch_1"),
        ("refund", "https://api.test/v1/charges/ch_1/refund"),
    ]
    assert steps[0].request.headers["Authorization"] == "Bearer sk_1"
    assert {outcome_of(step.read(charged)) for step in steps} == {Outcome.ACCEPTED}


@pytest.mark.parametrize(
    ("error", "code", "expected"),
    [
        ({"code": "card_declined", "decline_code": "fraudulent"}, "fraudulent", Outcome.DECLINED_RISK),
        ({"code": "card_declined", "network_decline_code": "61"}, "61", Outcome.DECLINED_LIMIT),
        (
            {"code": "card_declined", "decline_code": "generic_decline", "network_decline_code": "59"},
            "59",
            Outcome.DECLINED_RISK,
        ),
        (
            {"code": "card_declined", "message": "Your card was declined."},
            "card_declined",
            Outcome.DECLINED_UNKNOWN,
        ),
        ({"type": "api_error", "message": "Something went wrong"}, "api_error", Outcome.SERVER_ERROR),
        ({"code": None, "type": "invalid_request_error"}, "invalid_request_error", Outcome.MISCONFIGURED),
    ],
)
def test_card_keeps_the_finest_code_when_a_charge_is_declined(
    error: dict[str, Any], code: str, expected: Outcome
) -> None:
    reply = Reply(status=402, headers={}, body=json.dumps({"error": error}).encode())

    reading = first(card(), "charge").read(reply)

    assert (reading.code, outcome_of(reading)) == (code, expected)


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_card_reads_the_message_when_it_is_written_in_another_charset(charset: str) -> None:
    body = json.dumps({"error": {"code": "x", "message": "交易存在风险"}}, ensure_ascii=False).encode(charset)

    reading = first(card(), "charge").read(Reply(status=402, headers={}, body=body))

    assert (reading.code, reading.message) == ("x", "交易存在风险")


@pytest.mark.parametrize("charset", ["utf-8-sig", "gbk", "utf-16"])
def test_card_reads_a_success_when_it_is_written_in_another_charset(charset: str) -> None:
    body = json.dumps({"id": "c1", "description": "状态检查"}, ensure_ascii=False).encode(charset)

    reading = first(card(), "charge").read(Reply(status=200, headers={}, body=body))

    assert outcome_of(reading) is Outcome.ACCEPTED


def test_card_sends_its_key_without_the_line_break_that_stands_behind_it() -> None:
    gateway = make_gateway(endpoint("card_json", api_key="${PROBE_SECRET_CARD}"), vault("sk_1\r\n"))

    assert first(gateway, "charge").request.headers["Authorization"] == "Bearer sk_1"


def test_card_asks_on_when_the_name_of_a_charge_cannot_stand_in_an_address() -> None:
    conversation = card().converse(ask("charge"))
    next(conversation)

    step = conversation.send(Reply(status=200, headers={}, body=b'{"id": "\\ud83d/.."}'))

    assert step.request.url.endswith("/v1/charges/%3F%2F..")


MISFITS: dict[str, tuple[str, bytes, int, str]] = {
    "nothing": ("charge", b"", 200, "EMPTY_BODY"),
    "no body where one is due": ("charge", b"", 204, "UNEXPECTED_STATUS"),
    "a part": ("charge", b'{"id": "ch_1", "status": "succeeded"}', 206, "UNEXPECTED_STATUS"),
    "HTML": ("charge", b"<html>", 200, "MALFORMED_BODY"),
    "JSON that breaks off": ("charge", b'{"id": "ch_1', 200, "MALFORMED_BODY"),
    "a list": ("charge", b"[]", 200, "FOREIGN_BODY"),
    "a health check": ("refund", b'{"healthy": true}', 200, "FOREIGN_BODY"),
    "no number": ("charge", b'{"status": "succeeded"}', 200, "MISSING_FIELD"),
    "a null number": ("charge", b'{"id": null, "status": "succeeded"}', 200, "MISSING_FIELD"),
    "a list for a number": ("charge", b'{"id": ["ch_1"], "status": "succeeded"}', 200, "WRONG_FIELD"),
    "a state that is none": ("charge", b'{"id": "ch_1", "status": 7}', 200, "WRONG_FIELD"),
    "another sum": ("charge", b'{"id": "ch_1", "amount": 7, "status": "succeeded"}', 200, "FOREIGN_BODY"),
    "another currency": ("charge", b'{"id": "ch_1", "currency": "usd"}', 200, "FOREIGN_BODY"),
    "another charge": ("retrieve", b'{"id": "ch_2", "status": "succeeded"}', 200, "FOREIGN_BODY"),
    "another charge's refund": ("refund", b'{"id": "re_1", "charge": "ch_2"}', 200, "FOREIGN_BODY"),
}


@pytest.mark.parametrize("misfit", MISFITS)
def test_card_calls_the_answer_bad_when_it_is_not_what_the_operation_gives_on_a_good_day(misfit: str) -> None:
    name, body, status, code = MISFITS[misfit]
    conversation = card().converse(ask("charge"))
    step = next(conversation)
    while step.name != name:
        step = conversation.send(Reply(status=200, headers={}, body=b'{"id": "ch_1", "status": "succeeded"}'))

    reading = step.read(Reply(status=status, headers={}, body=body))

    assert (reading.code, outcome_of(reading)) == (code, Outcome.BAD_ANSWER)


@pytest.mark.parametrize("status", [200, 201, 202])
def test_card_accepts_a_charge_when_it_has_a_number_and_the_sum_that_was_asked(status: int) -> None:
    body = b'{"id": 17, "amount": 100, "currency": "CNY", "status": "processing"}'

    reading = first(card(), "charge").read(Reply(status=status, headers={}, body=body))

    assert outcome_of(reading) is Outcome.ACCEPTED


def test_card_finds_the_refusal_when_it_comes_with_a_success() -> None:
    reply = Reply(status=200, headers={}, body=b'{"id": "ch_1", "error": {"decline_code": "fraudulent"}}')

    assert outcome_of(first(card(), "charge").read(reply)) is Outcome.DECLINED_RISK


def test_registry_says_so_when_nobody_speaks_a_dialect() -> None:
    with pytest.raises(ValueError, match="no gateway is called 'morse'"):
        make_gateway(endpoint("morse"), Vault())
