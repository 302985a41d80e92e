"""Checks of endpoints that say back what they were asked, by a gateway of every dialect."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from probes.instrument.gateways.protocol import Gateway
from probes.instrument.gateways.registry import make_gateway
from probes.instrument.gateways.vault import Vault
from probes.instrument.runs import CheckOrder, CheckRun
from probes.simulator.wire.keys import KeyRing
from tests.instrument.conversing import endpoint
from tests.instrument.faults import serving
from tests.support.asking import checked
from tests.support.echoing import Echo, echo

PAYER = {
    "openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
    "auth_code": "130512345678901234",
    "alipay_account": "someone@payers.example",
    "alipay_auth_code": "285512345678901234",
    "card": "6222 0210 0111 6245 702",
    "card_expiry": "2912",
}
CARD_KEY, MAC_KEY = "rk_quiet_9Hx/Kd+77aTz==", "00112233445566778899aabbccddeeff"


def made(folder: Path, dialect: str, **credentials: str) -> Gateway:
    access = replace(endpoint(dialect, **credentials), base_url="http://api.test")
    return make_gateway(access, Vault(folder=folder))


def gateways_of(keys: KeyRing) -> dict[str, tuple[Gateway, str]]:
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
    values = {item.value for item in gateway.guarded()}
    return {*values, *PAYER.values(), "k-4711-hush", "s3cr3ts3ss10n"} - {PAYER["card_expiry"]}
