"""Nothing that a check sent is kept of its answer, whatever is echoed and however it is written."""

import logging
import resource
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probes.instrument.gateways.protocol import Ask, Conversation, Gateway
from probes.instrument.secrecy.echoes import Guarded
from probes.instrument.secrecy.scrubbing import Scrubber, scrubbed
from probes.simulator.wire.keys import KeyRing
from tests.support.echo_checks import CARD_KEY, PAYER, echoed, gateways_of, secrets_of
from tests.support.echoing import ENVELOPES, WRITINGS, Echo, leaks

WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=8, max_size=60)


@pytest.fixture(scope="module")
def gateways(keys: KeyRing) -> dict[str, tuple[Gateway, str]]:
    return gateways_of(keys)


@pytest.mark.parametrize(
    "dialect", ["wechat_pay_v3", "alipay_openapi", "card_json", "iso8583_json", "generic_http"]
)
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    how=st.builds(
        Echo,
        writing=st.sampled_from(sorted(WRITINGS)),
        envelope=st.sampled_from(sorted(ENVELOPES)),
        status=st.sampled_from([200, 202, 302, 400, 401, 403, 404, 500, 503]),
        part=st.sampled_from(["all", "head", "body", "words"]),
    )
)
def test_nothing_that_was_sent_is_kept_when_the_endpoint_says_it_back(
    gateways: dict[str, tuple[Gateway, str]], dialect: str, how: Echo
) -> None:
    gateway, operation = gateways[dialect]

    run = echoed(gateway, operation, how)

    assert run.code != "MONITOR_FAULT", run.message
    assert leaks(repr(run), secrets_of(gateway)) == []


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    secret=WORDS,
    before=st.text(max_size=30),
    after=st.text(max_size=30),
    first=st.sampled_from(sorted(WRITINGS)),
    second=st.sampled_from(["plain", "JSON", "percent", "HTML"]),
)
def test_a_secret_is_found_when_it_is_written_otherwise(
    secret: str, before: str, after: str, first: str, second: str
) -> None:
    written = WRITINGS[second](WRITINGS[first](secret))

    text = scrubbed(f"{before} {written} {after}", [Guarded(secret)])

    assert leaks(text, [secret]) == [] or leaks(f"{before} {after}", [secret])


@pytest.mark.parametrize(
    "writing",
    [
        "sign by sign",
        "spaced",
        "with signs of no width",
        "as a list",
        "end alone",
        "base32",
        "hexadecimal dump",
        "UTF-16",
        "UTF-16 in base64",
        "percent many times",
        "by code point",
        "percent-u",
        "octal",
        "HTML by number",
    ],
)
def test_a_key_is_cut_when_it_comes_in_pieces_or_in_a_rare_writing(writing: str) -> None:
    key = "k7Qz_Vp2mX9rTb4W"

    text = scrubbed(f"you sent {WRITINGS[writing](key)} today", [Guarded(key)])

    left = text.removeprefix("you sent").removesuffix("today")
    assert "•••" in left
    assert not any(map(str.isalnum, left))


def test_words_are_kept_when_a_value_is_made_of_the_same_ones() -> None:
    ours = [Guarded("FACE_TO_FACE_PAYMENT"), Guarded("k7Qz_Vp2mX9rTb4W")]

    text = "face to face payment needs a TERMINAL of 9r Tb4W, INVALIDPARAMETERS 2026-03-02 12:30"

    assert scrubbed(text, ours) == text


@pytest.mark.parametrize(
    ("payers", "said"),
    [
        ("Test Customer", "CUSTOMER_BLOCKED"),
        ("Customer One", "CUSTOMER_BLOCKED"),
        ("Test Merchant", "MERCHANT_NOT_FOUND"),
        ("Jane Declined", "card_declined"),
        ("Jane Declined", "Your card was declined."),
        ("order: insufficient_funds", "insufficient_funds"),
        ("tok_chargeDeclined", "card_declined"),
        ("tester@example.com", "see https://docs.example.com/errors"),
        ("t3st3r@payers.example", "see https://docs.payers.example/errors"),
        ("Fogbreak test payment", "This payment method is not available to Fogbreak"),
    ],
)
def test_what_decides_is_kept_when_a_payers_text_has_the_same_words(payers: str, said: str) -> None:
    scrub = Scrubber(tuple, payer={"name": payers})

    assert scrub(said) == said
    assert scrub(f"not for {payers}!") == "not for •••!"


@pytest.mark.parametrize(
    ("payers", "said", "kept"),
    [
        ("Jane Declined", "Jane Decl***", "•••***"),
        ("someone@payers.example", "someone@p***", "•••***"),
        ("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", "***zNjWeS6o", "***•••"),
        ("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", "oUpF 8uMu AJO_ M2px", "•••"),
        ("130512345678901234", "1305 1234 5678 9012 34", "•••"),
    ],
)
def test_a_payers_text_is_cut_when_enough_of_it_is_said_back(payers: str, said: str, kept: str) -> None:
    assert Scrubber(tuple, payer={"name": payers})(said) == kept


@pytest.mark.parametrize("key", ["correct horse battery", "quiet 9Hx/declined", "q9Hx@example.com"])
def test_the_end_of_a_key_is_cut_when_it_looks_like_a_word(key: str) -> None:
    assert scrubbed(f"***{key[-10:]}", [Guarded(key)]) == "***•••"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("交易存在风险，请稍后再试", "交易存在风险，请稍后再试"),
        ("INVALID_REQUEST", "INVALID_REQUEST"),
        ("签名错误 [100000123]", "签名错误 [100000123]"),
        ("Retry-After: Wed, 21 Oct 2026 07:28:00 GMT", "Retry-After: Wed, 21 Oct 2026 07:28:00 GMT"),
        ("signed at 20260301120000, 1772366400000", "signed at 20260301120000, 1772366400000"),
        ("none of your keys has PUB_KEY_ID_0119", "none of your keys has PUB_KEY_ID_0119"),
        ("Missing key: amount. Basic authentication", "Missing key: amount. Basic authentication"),
        ("card 4111 1111 1111 1111 refused", "card ••• refused"),
        ("card 4111111111111112 refused", "card 4111111111111112 refused"),
        ("card=378282246310005", "card=•••"),
        ("of 11010519491231002X, 13800138000", "of •••, •••"),
        ("+86 138 0013 8000 or a.b@mail.example", "••• or •••"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer •••"),
        ("got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc", "got •••"),
        ("key sk_live_51Habcdefgh is wrong", "key ••• is wrong"),
        ("-----BEGIN PRIVATE KEY-----\nMIIabc", "-----BEGIN PRIVATE KEY-----•••"),
        ('{"password":"a b","x":1}', '{"password":"•••","x":1}'),
        ("a=1&sign=ab%2Bcd&b=2", "a=1&sign=•••&b=2"),
        ("eyJjYXJkIjoiNDExMTExMTExMTExMTExMSJ9", "•••"),
    ],
)
def test_a_text_is_kept_but_for_what_looks_secret(text: str, kept: str) -> None:
    assert scrubbed(text) == kept


def test_another_account_number_is_kept_when_it_begins_like_ours() -> None:
    ours = Guarded("PUB_KEY_ID_0114232134", number=True)

    text = scrubbed("PUB_KEY_ID_0114999999, not PUB_KEY_ID_0114232134 (PUB_KEY_ID_0114***)", [ours])

    assert text == "PUB_KEY_ID_0114999999, not ••• (•••***)"


def test_another_account_number_is_kept_when_ours_stood_in_a_header() -> None:
    scrub = Scrubber(lambda: (Guarded("1900006511", number=True),))
    scrub.note({"Authorization": 'WECHATPAY2-SHA256-RSA2048 mchid="1900006511",nonce_str="N0NCEN0NCE"'})

    text = scrub("signed by PUB_KEY_ID_0119000065112026112200, asked with 1900006511 and N0NCEN0NCE")

    assert text == "signed by PUB_KEY_ID_0119000065112026112200, asked with ••• and •••"
    assert scrub("BAD_NONCE_STR") == "BAD_NONCE_STR"


def test_the_trace_in_the_log_holds_nothing_secret_when_our_own_code_fails(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken:
        def converse(self, ask: Ask) -> Conversation:
            raise RuntimeError(f"cannot read {ask.payer['openid']} and hush-hush-hush")
            yield

        def guarded(self) -> tuple[Guarded, ...]:
            return (Guarded("hush-hush-hush"),)

    with caplog.at_level(logging.ERROR):
        run = echoed(Broken(), "get", Echo())

    assert run.code == "MONITOR_FAULT"
    assert "RuntimeError: cannot read ••• and •••" in caplog.text
    assert leaks(caplog.text + repr(run), [PAYER["openid"], "hush-hush-hush"]) == []


@pytest.mark.parametrize(
    ("text", "most_us"),
    [("", 1), ("SUCCESS", 15), ("succeeded", 60), ("<p>Bad Gateway</p> 交易存在风险 " * 20, 6_000)],
    ids=["nothing", "a short code", "a code", "a page"],
)
def test_scrubbing_costs_little_when_an_answer_is_short(text: str, most_us: float) -> None:
    scrub = Scrubber(lambda: (Guarded("hush-hush-hush"),), payer=PAYER)
    scrub.note({"Authorization": f"Bearer {CARD_KEY}"})

    assert _cpu_us(partial(scrub, text), times=200) < most_us


@pytest.mark.parametrize(
    "beginning",
    [
        "x-key-",
        "x-",
        "authorization ",
        "sign_",
        '"key":"',
        "Bearer ",
        "+1 ",
        "%25",
        "h u s ",
        "a1 ",
        "ush-hush",
    ],
)
def test_scrubbing_takes_as_long_as_the_text_is_when_it_is_made_of_beginnings(beginning: str) -> None:
    text = beginning * (2_000 // len(beginning)) + ".:=@1"

    assert _cpu_us(partial(scrubbed, text), times=1) < 200_000


def _cpu_us(call: Callable[[], Any], times: int) -> float:
    began = resource.getrusage(resource.RUSAGE_SELF)
    for _ in range(times):
        call()
    ended = resource.getrusage(resource.RUSAGE_SELF)
    spent = ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime
    return spent / times * 1e6
