"""Networks are coarse, and the names kept of them tell nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from statuspage.asking.caller import Caller
from statuspage.networks import network_of

NOW = datetime(2026, 11, 20, 4, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100.0/24"),
        ("::ffff:198.51.100.7", "198.51.100.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("[2001:db8:1::9]", "2001:db8:1::/48"),
        ("", "-"),
        ("unix:", "-"),
        ("198.51.100.7' OR 1=1", "-"),
    ],
)
def test_network_of_is_a_prefix(address: str, network: str) -> None:
    assert network_of(address) == network


def test_quota_key_holds_for_an_hour_and_tells_nothing() -> None:
    caller = Caller(network="198.51.100.0/24", device="Phone")

    key = caller.quota_key(NOW)

    assert key == caller.quota_key(NOW + timedelta(minutes=29))
    assert key != caller.quota_key(NOW + timedelta(minutes=31))
    assert key != Caller(network="198.51.101.0/24", device="Phone").quota_key(NOW)
