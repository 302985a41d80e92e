"""Examines who gets into the admin, and by what."""

from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q
from django_otp.plugins.otp_totp.models import TOTPDevice

from statuspage.doctor.findings import Area, Finding, error, warning
from statuspage.entrance.oidc import provider
from statuspage.entrance.roles import Role
from statuspage.wording import doctor as words


def examine_people() -> Iterator[Finding]:
    """Whether there is somebody, guarded by more than a password, and more than one who may do everything."""
    staff = User.objects.filter(is_active=True, is_staff=True)
    if not staff.exists():
        yield warning(Area.ADMIN, "users", words.NO_ADMIN)
    yield from _unguarded(list(staff.order_by("username").values_list("pk", "username")))
    owners = staff.filter(Q(is_superuser=True) | Q(groups__name=Role.OWNER.value)).distinct()
    names = list(owners.values_list("username", flat=True)[:2])
    if len(names) == 1:
        yield warning(Area.ADMIN, "owners", words.ONE_OWNER, name=names[0])
    if settings.OIDC_ISSUER:
        yield from _provider()


def _unguarded(people: list[tuple[int, str]]) -> Iterator[Finding]:
    guarded = set(TOTPDevice.objects.filter(confirmed=True).values_list("user", flat=True))
    unguarded = [name for pk, name in people if pk not in guarded]
    if len(unguarded) == len(people) > 1:
        yield warning(Area.ADMIN, "users", words.NOBODY_GUARDED)
        return
    for name in unguarded:
        yield warning(Area.ADMIN, name, words.NO_SECOND_FACTOR)


def _provider() -> Iterator[Finding]:
    try:
        provider.discover()
    except provider.ProviderError as problem:
        yield error(Area.ADMIN, "OIDC_ISSUER", words.PROVIDER_AWAY, problem=str(problem))
