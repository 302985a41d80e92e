"""What a terminal that speaks ISO 8583 as JSON asks and how it reads answers, without a network."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from probes.instrument.gateways.iso8583_json import mac_of, with_mac
from probes.instrument.gateways.protocol import AnswerReading, CredentialsError, Gateway
from probes.instrument.gateways.registry import make_gateway
from probes.instrument.gateways.vault import Vault
from probes.network.exchange import Reply
from probes.vocabulary.outcomes import Outcome
from tests.instrument.conversing import ask, endpoint, first, outcome_of

KEY = bytes(range(16))
PAYER = {"card": "6222 0211 1111 1111"}
REPEATED = ("3", "4", "11", "37", "41", "42", "70")


def terminal(**changes: str) -> Gateway:
    credentials = {"merchant_id": "898440000000001", "terminal_id": "10000001", "mac_key": KEY.hex()}
    return make_gateway(endpoint("iso8583_json", **credentials | changes), Vault())


def answer_to(
    body: bytes, changes: Mapping[str, str | None] | None = None, *, key: bytes = KEY
) -> dict[str, str]:
    """What a host says to a message: 00, or with fields changed or (None) left out."""
    asked: Mapping[str, str] = json.loads(body)
    answer = {"0": f"{int(asked['0']) + 10:04d}", **{name: asked[name] for name in REPEATED if name in asked}}
    answer |= {"39": "00"}
    changed: dict[str, str | None] = {**answer, **(changes or {})}
    return with_mac({name: text for name, text in changed.items() if text is not None}, key)


def read(body: object, operation: str = "purchase", status: int = 200) -> AnswerReading:
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return first(terminal(), operation, payer=PAYER).read(Reply(status=status, headers={}, body=raw))


def asked(operation: str = "purchase") -> bytes:
    return first(terminal(), operation, payer=PAYER).request.body


def test_mac_is_over_all_other_fields_in_order_of_number() -> None:
    # printf '0=0200|2=62|11=000001|41=T' | openssl dgst -sha256 -mac HMAC -macopt hexkey:00010203…0f
    message = {"41": "T", "0": "0200", "11": "000001", "2": "62", "64": "whatever"}

    assert mac_of(message, KEY) == "2D365790287AD69F"
    assert with_mac({"0": "0800", "70": "301"}, KEY).keys() == {"0", "70", "128"}


def test_terminal_purchases_and_takes_back_what_it_charged() -> None:
    conversation = terminal(acquirer_id="48021000").converse(ask("purchase", payer=PAYER))

    purchase = next(conversation)
    reversal = conversation.send(Reply(status=200, headers={}, body=b""))

    charge, undo = json.loads(purchase.request.body), json.loads(reversal.request.body)
    assert (purchase.name, reversal.name) == ("purchase", "reversal")
    assert {name: charge[name] for name in ("0", "2", "3", "4", "7", "12", "13", "22", "32", "49")} == {
        "0": "0200", "2": "6222021111111111", "3": "000000", "4": "000000000001", "7": "0301120000",
        "12": "200000", "13": "0301", "22": "012", "32": "48021000", "49": "156",
    }  # fmt: skip
    assert (undo["0"], undo["37"], undo["4"]) == ("0400", charge["37"], charge["4"])
    assert undo["90"] == f"0200{charge['11']}03011200000004802100000000000000"
    assert len(undo["90"]) == 42
    assert int(undo["11"]) == int(charge["11"]) + 1
    assert undo["128"] == mac_of(undo, KEY)
    assert charge["64"] == mac_of(charge, KEY)


@pytest.mark.parametrize(
    ("operation", "types", "code"),
    [
        ("purchase", ["0200", "0400"], "000000"),
        ("authorise", ["0100", "0400"], "030000"),
        ("balance", ["0200"], "310000"),
        ("echo", ["0800"], None),
        ("sign_on", ["0800"], None),
    ],
)
def test_terminal_sends_the_messages_of_an_operation(
    operation: str, types: list[str], code: str | None
) -> None:
    conversation = terminal().converse(ask(operation, payer=PAYER))
    steps = [next(conversation)]
    if len(types) > 1:
        steps.append(conversation.send(Reply(status=200, headers={}, body=b"")))

    sent = [json.loads(step.request.body) for step in steps]

    assert [message["0"] for message in sent] == types
    assert sent[0].get("3") == code
    with pytest.raises(StopIteration):
        conversation.send(Reply(status=200, headers={}, body=b""))


@pytest.mark.parametrize("operation", ["purchase", "authorise", "balance", "echo", "sign_on"])
def test_terminal_is_accepted_when_the_host_approves(operation: str) -> None:
    reading = read(answer_to(asked(operation)), operation)

    assert (reading.code, outcome_of(reading)) == ("00", Outcome.ACCEPTED)


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("01", Outcome.DECLINED_UNKNOWN), ("03", Outcome.DECLINED_POLICY), ("04", Outcome.DECLINED_RISK),
        ("05", Outcome.DECLINED_UNKNOWN), ("12", Outcome.DECLINED_POLICY), ("13", Outcome.MISCONFIGURED),
        ("14", Outcome.DECLINED_ACCOUNT), ("25", Outcome.BAD_ANSWER), ("30", Outcome.SERVER_ERROR),
        ("34", Outcome.DECLINED_RISK), ("38", Outcome.DECLINED_ACCOUNT), ("40", Outcome.DECLINED_POLICY),
        ("41", Outcome.DECLINED_ACCOUNT), ("43", Outcome.DECLINED_ACCOUNT), ("51", Outcome.DECLINED_FUNDS),
        ("54", Outcome.DECLINED_ACCOUNT), ("55", Outcome.DECLINED_ACCOUNT), ("57", Outcome.DECLINED_POLICY),
        ("58", Outcome.DECLINED_POLICY), ("59", Outcome.DECLINED_RISK), ("61", Outcome.DECLINED_LIMIT),
        ("62", Outcome.DECLINED_POLICY), ("63", Outcome.DECLINED_RISK), ("64", Outcome.MISCONFIGURED),
        ("65", Outcome.DECLINED_LIMIT), ("68", Outcome.SERVER_ERROR), ("75", Outcome.DECLINED_ACCOUNT),
        ("77", Outcome.UNAUTHENTICATED), ("90", Outcome.MAINTENANCE), ("91", Outcome.SERVER_ERROR),
        ("92", Outcome.SERVER_ERROR), ("94", Outcome.SERVER_ERROR), ("95", Outcome.SERVER_ERROR),
        ("96", Outcome.SERVER_ERROR), ("97", Outcome.MISCONFIGURED), ("98", Outcome.SERVER_ERROR),
        ("99", Outcome.UNAUTHENTICATED), ("A0", Outcome.UNAUTHENTICATED), ("Q7", Outcome.DECLINED_UNKNOWN),
    ],
)  # fmt: skip
def test_terminal_reads_the_response_code(code: str, outcome: Outcome) -> None:
    reading = read(answer_to(asked(), {"39": code}))

    assert (reading.code, outcome_of(reading)) == (code, outcome)


@pytest.mark.parametrize(
    ("code", "words", "outcome"),
    [
        ("05", "交易存在风险，已被拦截", Outcome.DECLINED_RISK),
        ("01", "系统维护中", Outcome.MAINTENANCE),
        ("51", "系统维护中", Outcome.DECLINED_FUNDS),
    ],
)
def test_terminal_hears_what_the_issuer_adds_when_the_code_is_vague(
    code: str, words: str, outcome: Outcome
) -> None:
    reading = read(answer_to(asked(), {"39": code, "44": words}))

    assert (reading.message, outcome_of(reading)) == (words, outcome)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "EMPTY_BODY"),
        (b"<html>ok</html>", "MALFORMED_BODY"),
        (b'{"0":"0210","39":"0', "MALFORMED_BODY"),
        (b"[]", "FOREIGN_BODY"),
        ({}, "FOREIGN_BODY"),
        ({"status": "ok"}, "FOREIGN_BODY"),
        ({"0": "0810", "39": "00"}, "FOREIGN_BODY"),
        ({"0": "0200", "39": "00"}, "FOREIGN_BODY"),
    ],
)
def test_terminal_calls_the_answer_bad_when_it_is_none_to_this_message(body: Any, code: str) -> None:
    reading = read(body)

    assert (reading.code, outcome_of(reading)) == (code, Outcome.BAD_ANSWER)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"39": None}, "MISSING_FIELD"),
        ({"39": ""}, "MISSING_FIELD"),
        ({"39": 0}, "WRONG_FIELD"),
        ({"39": "approved"}, "WRONG_FIELD"),
        ({"note": "x"}, "WRONG_FIELD"),
        ({"60": {"a": 1}}, "WRONG_FIELD"),
        ({"64": ""}, "BAD_SIGNATURE"),
        ({"9" * 5000: "x"}, "WRONG_FIELD"),
        ({"64": "0000000000000000"}, "BAD_SIGNATURE"),
        ({"64": "银联"}, "BAD_SIGNATURE"),
        ({"38": "123456"}, "BAD_SIGNATURE"),
        ({"39": "51"}, "BAD_SIGNATURE"),
    ],
)
def test_terminal_calls_the_answer_bad_when_it_was_changed_on_its_way(
    change: dict[str, Any], code: str
) -> None:
    reading = read({**answer_to(asked()), **change})

    assert (reading.code, outcome_of(reading)) == (code, Outcome.BAD_ANSWER)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"0": "0110"}, "FOREIGN_BODY"),
        ({"11": None}, "MISSING_FIELD"),
        ({"11": "999999"}, "FOREIGN_BODY"),
        ({"37": "000000000000"}, "FOREIGN_BODY"),
        ({"41": "20000002"}, "FOREIGN_BODY"),
        ({"4": "000000009999"}, "FOREIGN_BODY"),
        ({"3": "310000"}, "FOREIGN_BODY"),
    ],
)
def test_terminal_calls_the_answer_bad_when_it_belongs_to_another_message(
    change: dict[str, str | None], code: str
) -> None:
    reading = read(answer_to(asked(), change))

    assert (reading.code, outcome_of(reading)) == (code, Outcome.BAD_ANSWER)


@pytest.mark.parametrize("field", ["44", "64"])
def test_terminal_calls_an_answer_forged_when_half_a_character_stands_in_it(field: str) -> None:
    reading = read(json.dumps(answer_to(asked()) | {field: "\ud83d"}).encode())

    assert (reading.code, outcome_of(reading)) == ("BAD_SIGNATURE", Outcome.BAD_ANSWER)


def test_terminal_blames_its_own_key_when_the_host_refuses_its_mac() -> None:
    unsigned = read({"0": "0210", "39": "A0"})
    by_another_key = read(answer_to(asked(), {"39": "A0"}, key=bytes(16)))

    assert {outcome_of(unsigned), outcome_of(by_another_key)} == {Outcome.UNAUTHENTICATED}


@pytest.mark.parametrize(
    ("status", "body", "code", "outcome"),
    [
        (502, b"<html>502 Bad Gateway</html>", "", Outcome.SERVER_ERROR),
        (503, b'{"0":"0210","39":"91"}', "91", Outcome.SERVER_ERROR),
        (500, b'{"39":null}', "", Outcome.SERVER_ERROR),
        (429, b"slow down", "", Outcome.THROTTLED),
        (404, b"not found", "", Outcome.MISCONFIGURED),
    ],
)
def test_terminal_keeps_what_was_said_when_the_answer_is_no_success(
    status: int, body: bytes, code: str, outcome: Outcome
) -> None:
    reading = read(body, status=status)

    assert (reading.http_status, reading.code, outcome_of(reading)) == (status, code, outcome)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("xyz", "mac_key must be hexadecimal"),
        ("00ff", "32 hexadecimal digits"),
        ("${PROBE_SECRET_MAC}", "variable PROBE_SECRET_MAC"),
    ],
)
def test_terminal_says_what_is_wanted_when_its_key_cannot_be_used(key: str, words: str) -> None:
    with pytest.raises(CredentialsError, match=words):
        first(terminal(mac_key=key), "echo")
