"""Examines the settings: what is wrong, left as an example has it, or unsafe for a real site."""

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks

from statuspage.branding.colours import LIGHT_GROUNDS, contrast, legible
from statuspage.doctor.findings import Area, Finding, error, warning
from statuspage.wording import doctor as words

# What Django says of a site that is not served by HTTPS, which is told as one thing, with its reason.
OF_PLAIN_HTTP = {"security.W004", "security.W012", "security.W016"}
EXAMPLES = ("example.com", "example.org", "changeme", "change-me", "your-", "placeholder")


def examine_settings() -> Iterator[Finding]:
    """All of them, and what Django's deployment checks say."""
    yield from wrong(settings.SETTINGS_PROBLEMS)
    yield from switched_on(debug=settings.DEBUG, demo=settings.DEMO)
    yield from placeholders(
        {
            "SECRET_KEY": settings.SECRET_KEY,
            "SITE_URL": settings.SITE_URL,
            "ALLOWED_HOSTS": ",".join(settings.ALLOWED_HOSTS),
        }
    )
    yield from address(settings.SITE_URL, settings.ALLOWED_HOSTS, settings.TRUSTED_PROXIES)
    yield from brand_colour(settings.BRAND_COLOUR)
    if not settings.DEBUG:
        messages = checks.run_checks(include_deployment_checks=True)
        known = set() if settings.HTTPS else OF_PLAIN_HTTP
        yield from deployment(message for message in messages if message.id not in known)


def wrong(problems: Iterable[str]) -> Iterator[Finding]:
    """Variables that could not be read; each problem begins with its variable's name."""
    for problem in problems:
        name = problem.split("=")[0].split(":")[0].split(" ")[0]
        said = problem.removeprefix(name).lstrip("=: ")
        yield error(Area.SETTINGS, name, words.WRONG_SETTING, problem=said)


def switched_on(*, debug: bool, demo: bool) -> Iterator[Finding]:
    """What is meant for trying things."""
    if debug:
        yield error(Area.SETTINGS, "DEBUG", words.DEBUG_ON)
    if demo:
        yield error(Area.SETTINGS, "FOGBREAK_DEMO", words.DEMO_ON)


def placeholders(values: dict[str, str]) -> Iterator[Finding]:
    """Variables that stand as some example has them; their values are not told."""
    for name, value in values.items():
        if any(example in value.lower() for example in EXAMPLES):
            yield warning(Area.SETTINGS, name, words.PLACEHOLDER)


def address(url: str, allowed: Sequence[str], proxies: int) -> Iterator[Finding]:
    """The public address, whether it is answered to, and how it is reached."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    here = host in {"127.0.0.1", "localhost", "::1"}
    if not any(_matches(host, pattern) for pattern in allowed):
        yield error(Area.SETTINGS, "ALLOWED_HOSTS", words.HOST_NOT_ALLOWED, host=host)
    if here:
        yield warning(Area.SETTINGS, "SITE_URL", words.PLACEHOLDER)
    elif parts.scheme != "https":
        yield warning(Area.SETTINGS, "SITE_URL", words.PLAIN_HTTP)
    elif proxies == 0:
        yield warning(Area.SETTINGS, "TRUSTED_PROXIES", words.NO_PROXY_TRUSTED)


def brand_colour(asked: str) -> Iterator[Finding]:
    """A colour of the brand that could not be read as it is."""
    if asked and (used := legible(asked)).is_adjusted:
        yield warning(
            *(Area.SETTINGS, "BRAND_COLOUR", words.COLOUR_ADJUSTED),
            asked=asked,
            used=used.light,
            ratio=f"{min(contrast(asked, ground) for ground in LIGHT_GROUNDS):.1f}",
        )


def _matches(host: str, pattern: str) -> bool:
    plain = pattern.strip("[]").lower()
    return plain in {"*", host} or (plain.startswith(".") and f".{host}".endswith(plain))


def deployment(messages: Iterable[checks.CheckMessage]) -> Iterator[Finding]:
    """What Django says; it speaks English alone."""
    for message in messages:
        if message.is_silenced() or message.level < checks.WARNING:
            continue
        make = error if message.level >= checks.ERROR else warning
        hint = message.hint or "https://docs.djangoproject.com/en/5.2/ref/checks/"
        where = message.id or "django"
        yield make(Area.SETTINGS, where, words.DJANGO_CHECK, problem=str(message.msg), hint=str(hint))
