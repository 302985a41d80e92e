"""The metrics are told to who may read them."""

import pytest
from django.test import Client
from pytest_django import Settings

TOKEN = "a-token-of-the-tests-that-is-long-enough-to-be-one-0123456789"
HERE = ["127.0.0.0/8", "2001:db8::/32"]


@pytest.mark.parametrize(
    ("token", "networks", "sent", "address", "status"),
    [
        pytest.param("", [], "", "192.0.2.7", 200, id="nothing is set"),
        pytest.param(TOKEN, [], f"Bearer {TOKEN}", "192.0.2.7", 200, id="the token is sent"),
        pytest.param(TOKEN, [], f"bearer  {TOKEN}", "192.0.2.7", 200, id="the scheme is written small"),
        pytest.param(TOKEN, [], "", "127.0.0.1", 401, id="no token is sent"),
        pytest.param(TOKEN, [], f"Bearer {TOKEN[:-1]}", "127.0.0.1", 401, id="the token is cut"),
        pytest.param(TOKEN, [], "Bearer ключ", "127.0.0.1", 401, id="the token is not ASCII"),
        pytest.param(TOKEN, [], f"Basic {TOKEN}", "127.0.0.1", 401, id="another scheme"),
        pytest.param("", HERE, "", "127.0.0.1", 200, id="a listed network"),
        pytest.param("", HERE, "", "::ffff:127.0.0.1", 200, id="a listed network, told as IPv6"),
        pytest.param("", HERE, "", "2001:db8::5", 200, id="a listed IPv6 network"),
        pytest.param("", HERE, "", "192.0.2.7", 403, id="another network"),
        pytest.param("", HERE, "", "unix:", 403, id="an address that is none"),
        pytest.param(TOKEN, HERE, "", "127.0.0.1", 200, id="both are set and the network fits"),
        pytest.param(TOKEN, HERE, f"Bearer {TOKEN}", "192.0.2.7", 200, id="both are set and the token fits"),
        pytest.param(TOKEN, HERE, "", "192.0.2.7", 401, id="both are set and neither fits"),
    ],
)
def test_metrics_are_told_to_who_may_read_them_when(
    db: None,
    client: Client,
    settings: Settings,
    token: str,
    networks: list[str],
    sent: str,
    address: str,
    status: int,
) -> None:
    settings.METRICS_TOKEN, settings.METRICS_NETWORKS = token, networks

    answer = client.get("/metrics", REMOTE_ADDR=address, headers={"authorization": sent})

    assert answer.status_code == status
    assert (b"fogbreak_build_info" in answer.content) == (status == 200)
    assert (answer.headers.get("WWW-Authenticate") == "Bearer") == (status == 401)


def test_the_network_is_that_which_the_proxy_saw_when_one_is_trusted(
    db: None, client: Client, settings: Settings
) -> None:
    settings.METRICS_NETWORKS, settings.TRUSTED_PROXIES = ["10.1.0.0/16"], 1

    claimed = client.get("/metrics", headers={"x-forwarded-for": "10.1.2.3, 192.0.2.7"})
    seen = client.get("/metrics", headers={"x-forwarded-for": "192.0.2.7, 10.1.2.3"})

    assert (claimed.status_code, seen.status_code) == (403, 200)
