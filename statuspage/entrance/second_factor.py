"""The second factor: an authenticator's code (TOTP, RFC 6238) that each user sets up, and recovery codes.

A recovery code works once and is kept as a hash, which django-otp's own are not.
"""

import base64
import hashlib
import secrets
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from statuspage.entrance.models import RecoveryCode
from statuspage.entrance.roles import roles_of

RECOVERY_CODES = 10
RECOVERY_BYTES = 10
DIGITS = 6
# Of everybody, where others name roles.
REQUIRED = "required"
BEGUN = "second_factor_begun"  # in the session


def device_of(user: AbstractBaseUser) -> TOTPDevice | None:
    """The authenticator that a user has set up."""
    found: TOTPDevice | None = TOTPDevice.objects.filter(user_id=user.pk, confirmed=True).first()
    return found


def new_device(user: AbstractBaseUser, session: SessionBase) -> TOTPDevice:
    """The authenticator that a user is setting up in a session: the same one until a code confirms it.

    Each session has a key of its own: whoever was in the account before may have seen an older one.
    """
    begun = TOTPDevice.objects.filter(user_id=user.pk, confirmed=False)
    own: TOTPDevice | None = begun.filter(pk=session.get(BEGUN)).first()
    if own is None:
        begun.delete()
        own = TOTPDevice.objects.create(user_id=user.pk, confirmed=False, name="totp", digits=DIGITS)
        session[BEGUN] = own.pk
    return own


def key_text(device: TOTPDevice) -> str:
    """The key as authenticators take it by hand, in groups of four."""
    key = base64.b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


def key_address(device: TOTPDevice, *, account: str, site: str) -> str:
    """The key as an address that authenticators read from a picture."""
    values = {"secret": key_text(device).replace(" ", ""), "issuer": site, "digits": DIGITS}
    return f"otpauth://totp/{quote(site)}:{quote(account)}?{urlencode(values, quote_via=quote)}"


def verified_by(user: AbstractBaseUser, code: str) -> TOTPDevice | None:
    """The user's authenticator, if ``code`` is what it shows now, or one of the recovery codes, now spent."""
    plain = "".join(code.split()).replace("-", "").lower()
    if not plain:
        return None
    with transaction.atomic():
        device: TOTPDevice | None = (
            TOTPDevice.objects.select_for_update().filter(user_id=user.pk, confirmed=True).first()
        )
        if device is None:
            return None
        if len(plain) == DIGITS:
            return device if plain.isascii() and plain.isdigit() and device.verify_token(plain) else None
        spent, _ = RecoveryCode.objects.filter(user_id=user.pk, digest=_digest(user, plain)).delete()
    return device if spent else None


def confirm(device: TOTPDevice, code: str) -> bool:
    """Take an authenticator into use once it shows the right code."""
    with transaction.atomic():
        if not device.verify_token("".join(code.split())):
            return False
        device.confirmed = True
        device.save(update_fields=["confirmed"])
    return True


def make_recovery_codes(user: AbstractBaseUser) -> list[str]:
    """New recovery codes, which are nowhere else; older ones end."""
    codes = [_spelled(secrets.token_bytes(RECOVERY_BYTES)) for _ in range(RECOVERY_CODES)]
    with transaction.atomic():
        RecoveryCode.objects.filter(user_id=user.pk).delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(user_id=user.pk, digest=_digest(user, code.replace("-", ""))) for code in codes
        )
    return codes


def recovery_codes_left(user: AbstractBaseUser) -> int:
    """How many of a user's recovery codes are unspent."""
    return RecoveryCode.objects.filter(user_id=user.pk).count()


def remove(user: AbstractBaseUser) -> bool:
    """Forget a user's authenticator and recovery codes; False where there was none in use."""
    with transaction.atomic():
        had = device_of(user) is not None
        TOTPDevice.objects.filter(user_id=user.pk).delete()
        RecoveryCode.objects.filter(user_id=user.pk).delete()
    return had


def is_required_of(user: AbstractBaseUser) -> bool:
    """Whether somebody gets into the admin only with one: of all, or of who has one of the roles named."""
    asked: frozenset[str] = settings.ADMIN_SECOND_FACTOR
    return REQUIRED in asked or bool(asked and asked & roles_of(user))


def suffices(user: AbstractBaseUser) -> bool:
    """Whether a session has shown the second factor that is asked of its user."""
    if getattr(user, "otp_device", None) is not None:
        return True
    return device_of(user) is None and not is_required_of(user)


def _spelled(chance: bytes) -> str:
    text = base64.b32encode(chance).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _digest(user: AbstractBaseUser, code: str) -> str:
    """What is kept of a code. A plain hash will do: 80 random bits cannot be guessed."""
    return hashlib.sha256(f"{user.pk}\0{code}".encode("utf-8", "surrogatepass")).hexdigest()
