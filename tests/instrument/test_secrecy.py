"""Nothing that a check sent is kept of its answer, whatever is echoed and however it is written."""

import asyncio
import logging
import resource
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probes.instrument.gateways.protocol import Ask, Conversation, Gateway
from probes.instrument.gateways.registry import make_gateway
from probes.instrument.gateways.vault import Vault
from probes.instrument.runs import CheckOrder, CheckRun
from probes.instrument.secrecy.echoes import Withheld
from probes.instrument.secrecy.scrubbing import Scrubber, scrubbed
from probes.simulator.wire.keys import KeyRing
from tests.instrument.conversing import endpoint
from tests.instrument.faults import serving
from tests.support.asking import checked
from tests.support.echoing import ENVELOPES, WRITINGS, Echo, echo, leaks

PAYER = {
    "openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
    "auth_code": "130512345678901234",
    "alipay_account": "someone@payers.example",
    "alipay_auth_code": "285512345678901234",
    "card": "6222 0210 0111 6245 702",
    "card_expiry": "2912",
}
CARD_KEY, MAC_KEY = "rk_quiet_9Hx/Kd+77aTz==", "00112233445566778899aabbccddeeff"
WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=8, max_size=60)


def made(folder: Path, dialect: str, **credentials: str) -> Gateway:
    access = replace(endpoint(dialect, **credentials), base_url="http://api.test")
    return make_gateway(access, Vault(folder=folder))


@pytest.fixture(scope="module")
def gateways(keys: KeyRing) -> dict[str, tuple[Gateway, str]]:
    """A gateway of every dialect, and what it is asked to do."""
    key, public = str(keys.merchant_key_file), str(keys.platform_public_key_file)
    wechat = {
        "mchid": "1900006511",
        "appid": "wxf09b3ea2000000",
        "serial_no": "5157F09EFDC096DE15EBE81A47057A72",
    }
    alipay = {"app_id": "2021000122671234", "app_auth_token": "202403BBd8f2b1a7c94e4d6d"}
    union = {"merchant_id": "898440000000001", "terminal_id": "10000001", "mac_key": MAC_KEY}
    return {
        "wechat_pay_v3": (
            made(
                keys.folder,
                "wechat_pay_v3",
                **wechat,
                private_key_file=key,
                apiv3_key=keys.apiv3_key,
                platform_public_key_file=public,
                platform_public_key_id="PUB_KEY_ID_0114232134912410000000000000",
            ),
            "codepay",
        ),
        "alipay_openapi": (
            made(
                keys.folder, "alipay_openapi", **alipay, private_key_file=key, alipay_public_key_file=public
            ),
            "pay",
        ),
        "card_json": (made(keys.folder, "card_json", api_key=CARD_KEY), "charge"),
        "iso8583_json": (made(keys.folder, "iso8583_json", **union), "purchase"),
        "generic_http": (made(keys.folder, "generic_http"), "get"),
    }


def echoed(gateway: Gateway, operation: str, how: Echo) -> CheckRun:
    """What is kept of a check whose endpoint says back what it was asked."""

    async def scene() -> CheckRun:
        async with serving(partial(echo, how)) as port:
            order = CheckOrder(
                probe="p",
                tick=datetime(2026, 3, 1, 12, tzinfo=UTC),
                gateway=gateway,
                operation=operation,
                payer=PAYER,
                options={"headers": {"X-Api-Key": "k-4711-hush", "Cookie": "sid=s3cr3ts3ss10n"}}
                if operation == "get"
                else {},
                connect_to={"api.test:443": f"127.0.0.1:{port}", "api.test:80": f"127.0.0.1:{port}"},
                timeout_s=5.0,
            )
            return await checked(order)

    return asyncio.run(scene())


def secrets_of(gateway: Gateway) -> set[str]:
    """What a check may give away: its credentials, its payer, and what stood in its headers."""
    values = {item.value for item in gateway.withheld()}
    return {*values, *PAYER.values(), "k-4711-hush", "s3cr3ts3ss10n"} - {PAYER["card_expiry"]}


@pytest.mark.parametrize(
    "dialect", ["wechat_pay_v3", "alipay_openapi", "card_json", "iso8583_json", "generic_http"]
)
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
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


@settings(max_examples=300, deadline=None, derandomize=True)
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

    text = scrubbed(f"{before} {written} {after}", [Withheld(secret)])

    assert leaks(text, [secret]) == [] or leaks(f"{before} {after}", [secret])


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
    ours = Withheld("PUB_KEY_ID_0114232134", number=True)

    text = scrubbed("PUB_KEY_ID_0114999999, not PUB_KEY_ID_0114232134 (PUB_KEY_ID_0114***)", [ours])

    assert text == "PUB_KEY_ID_0114999999, not ••• (•••***)"


def test_another_account_number_is_kept_when_ours_stood_in_a_header() -> None:
    scrub = Scrubber(lambda: (Withheld("1900006511", number=True),))
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

        def withheld(self) -> tuple[Withheld, ...]:
            return (Withheld("hush-hush-hush"),)

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
    scrub = Scrubber(lambda: (Withheld("hush-hush-hush"),), payer=PAYER)
    scrub.note({"Authorization": f"Bearer {CARD_KEY}"})

    assert _cpu_us(partial(scrub, text), times=200) < most_us


def _cpu_us(call: Callable[[], Any], times: int) -> float:
    began = resource.getrusage(resource.RUSAGE_SELF)
    for _ in range(times):
        call()
    ended = resource.getrusage(resource.RUSAGE_SELF)
    spent = ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime
    return spent / times * 1e6
