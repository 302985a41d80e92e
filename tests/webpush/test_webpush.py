"""Pushes are encrypted and signed as the standards say, and receivers are kept sealed."""

import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from statuspage.webpush.encryption import MOST_BYTES, BrowserKeys, encrypted, from_unpadded, unpadded
from statuspage.webpush.receivers import (
    BROWSERS,
    Receiver,
    SealError,
    opened,
    place_of_receiver,
    require_receiver,
    sealed,
)
from statuspage.webpush.vapid import authorization, public_key, site_key
from tests.support.push_services import ReaderBrowser

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
# RFC 8291, Appendix A.
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH, SALT = "BTBZMqHH6r4Tts7J_aSIgg", "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
GOOGLE = "https://fcm.googleapis.com/fcm/send/abc"


def test_message_is_that_of_the_standard_when_its_example_is_encrypted() -> None:
    sender = ec.derive_private_key(int.from_bytes(from_unpadded(SENDER), "big"), ec.SECP256R1())
    keys = BrowserKeys(point=from_unpadded(POINT), auth=from_unpadded(AUTH))

    body = encrypted(
        b"When I grow up, I want to be a watermelon", keys, salt=from_unpadded(SALT), sender=sender
    )

    assert unpadded(body) == BODY


@pytest.mark.parametrize("length", [1, MOST_BYTES], ids=["a byte", "all that fits"])
def test_browser_reads_the_message_when_it_is_its_own(length: int) -> None:
    browser, message = ReaderBrowser(GOOGLE), b"x" * length

    body = encrypted(message, browser.keys)

    assert browser.read(body) == message
    assert len(body) <= 4096
    assert encrypted(message, browser.keys) != body


@pytest.mark.parametrize("length", [0, MOST_BYTES + 1], ids=["nothing", "a byte too many"])
def test_message_is_refused_when_no_push_service_would_take_it(length: int) -> None:
    with pytest.raises(ValueError, match="push services take"):
        encrypted(b"x" * length, ReaderBrowser(GOOGLE).keys)


def test_push_service_can_check_who_sends_when_a_push_is_signed() -> None:
    header = authorization(f"{GOOGLE}?a=b", secret="s" * 50, contact="https://pay.test", now=NOW)

    scheme, _, parts = header.partition(" ")
    token, key = (part.strip()[2:] for part in parts.split(","))
    signed, _, signature = token.rpartition(".")
    raw = from_unpadded(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    known = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_unpadded(key))
    known.verify(der, signed.encode(), ec.ECDSA(SHA256()))
    head, claims = (json.loads(from_unpadded(part)) for part in signed.split("."))
    assert (scheme, head["alg"], claims["aud"]) == ("vapid", "ES256", "https://fcm.googleapis.com")
    assert claims["sub"] == "https://pay.test"
    assert 0 < claims["exp"] - NOW.timestamp() <= 86400


def test_site_has_one_key_for_all_processes_when_they_share_its_secret() -> None:
    site_key.cache_clear()
    public_key.cache_clear()
    first = public_key("s" * 50)
    site_key.cache_clear()
    public_key.cache_clear()

    assert public_key("s" * 50) == first
    assert public_key("t" * 50) != first


def test_receiver_is_told_by_nothing_kept_when_the_database_is_stolen() -> None:
    receiver = ReaderBrowser(GOOGLE).receiver

    kept = sealed(receiver, "s" * 50)

    assert opened(kept, "s" * 50) == receiver
    for secret in (receiver.endpoint, receiver.auth, "googleapis"):
        assert secret not in kept + place_of_receiver(receiver.endpoint, "s" * 50)
    with pytest.raises(SealError):
        opened(kept, "t" * 50)
    with pytest.raises(SealError):
        opened("数", "s" * 50)


@pytest.mark.parametrize(
    "endpoint",
    [
        GOOGLE,
        "https://updates.push.services.mozilla.com/wpush/v2/x",
        "https://web.push.apple.com/x",
        "https://wns2-par02p.notify.windows.com/w/?token=x",
        "http://127.0.0.1:9000/x",
    ],
)
def test_receiver_is_taken_when_it_is_at_a_browsers_push_service_or_one_of_ours(endpoint: str) -> None:
    require_receiver(ReaderBrowser(endpoint).receiver, hosts=BROWSERS, private=["127.0.0.1:9000"])


@pytest.mark.parametrize(
    ("endpoint", "problem"),
    [
        ("http://fcm.googleapis.com/fcm/send/abc", "not asked over https"),
        ("https://evil.example/fcm.googleapis.com", "no push service that this site sends to"),
        ("https://fcm.googleapis.com.evil.example/", "no push service"),
        ("https://evilpush.apple.com.example/", "no push service"),
        ("https://127.0.0.1:9001/x", "no push service"),
        ("https://me:secret@fcm.googleapis.com/x", "a user name or password"),
        ("file:///etc/passwd", "no http or https address"),
        ("https://[::1/", "no http or https address"),
        ("", "no http or https address"),
    ],
)
def test_receiver_is_refused_when_it_leads_elsewhere(endpoint: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        require_receiver(ReaderBrowser(endpoint).receiver, hosts=BROWSERS, private=["127.0.0.1:9000"])


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [
        (POINT, ""),
        (POINT, AUTH + "AAAA"),
        ("", AUTH),
        (POINT[:-4], AUTH),
        ("B" + "A" * 86, AUTH),
        ("数" * 10, AUTH),
        (POINT, "é" * 22),
    ],
    ids=["no secret", "secret too long", "no key", "key cut", "point on no curve", "no base64", "no ASCII"],
)
def test_receiver_is_refused_when_its_keys_are_none(p256dh: str, auth: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        require_receiver(Receiver(endpoint=GOOGLE, p256dh=p256dh, auth=auth), hosts=BROWSERS, private=[])
