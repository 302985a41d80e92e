"""Reads the environment variables that choose how this site runs; a wrong one is named at once.

By hand, since django-environ takes a mistyped yes for no and says of a wrong number neither its variable nor
what was expected; of it only the reading of DATABASE_URL is used.
"""

import os
import re
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from ipaddress import ip_network
from math import inf
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from probes.network.addresses import private_host
from probes.network.names import wire_url, without_user
from probes.network.proxies import Proxy, read_proxy
from probes.tables import zone_names
from statuspage.subscribers.addresses import read_address

T = TypeVar("T")
N = TypeVar("N", int, float)
# Never repeated in a message.
SECRETS = {
    "SECRET_KEY",
    "OIDC_CLIENT_SECRET",
    "DATABASE_URL",
    "BROKER_URL",
    "SNAPSHOT_STORAGE_OPTIONS",
    "PROBE_PROXY",
    "EMAIL_URL",
    "METRICS_TOKEN",
}
PROXY_PREFIX = "PROBE_PROXY_"
# What Django's own deployment check wants of SECRET_KEY: characters, and different ones among them.
SECRET_LENGTH, SECRET_VARIETY = 50, 5
# What the addresses of the site begin with: where it lay below such a path, "/en/" could mean two pages.
OUR_FOLDERS = {
    "about",
    "admin",
    "api",
    "assets",
    "badge",
    "components",
    "data",
    "embed",
    "en",
    "healthz",
    "history",
    "incidents",
    "maintenance",
    "metrics",
    "only-me",
    "push",
    "readyz",
    "report",
    "share",
    "static",
    "subscribe",
    "timeline",
    "zh-hant",
}
YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


# What is wrong with variables, by their names: all of it is told at once.
problems: dict[str, str] = {}


def read(name: str, parse: Callable[[str], T], default: str) -> T:
    """The variable ``name`` parsed; where it is wrong, its default, and ``problems`` says why."""
    raw = os.environ.get(name, "").strip() or default
    try:
        return parse(raw)
    except (ValueError, KeyError) as error:
        shown = "" if name in SECRETS or name.startswith(PROXY_PREFIX) else f"={without_user(raw)!r}"
        problems[name] = f"{name}{shown}: {error}"
        return parse(default)


def boolean(raw: str) -> bool:
    """1/0, true/false, yes/no, on/off."""
    word = raw.lower()
    if word not in YES and word not in NO:
        raise ValueError("expected one of 1, 0, true, false, yes, no, on, off")
    return word in YES


def words(raw: str) -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in raw.split(",") if word.strip()]


def networks(raw: str) -> list[str]:
    """A comma-separated list of networks, or of single addresses."""
    try:
        return [str(ip_network(word)) for word in words(raw)]
    except ValueError as error:
        raise ValueError(f"expected networks such as 10.0.0.0/8 or 192.0.2.7: {error}") from error


def private_hosts(raw: str) -> list[str]:
    """A comma-separated list of hosts, each perhaps with a port."""
    for entry in words(raw):
        private_host(entry)
    return words(raw)


def number(of: Callable[[str], N], fits: Callable[[N], bool], expected: str) -> Callable[[str], N]:
    """A parser of numbers that are ``of`` a kind and fit; ``expected`` says which in the error's words."""

    def parse(raw: str) -> N:
        with suppress(ValueError):
            value = of(raw)
            if fits(value):
                return value
        raise ValueError(f"expected {expected}")

    return parse


positive = number(float, lambda value: 0 < value < inf, "a positive number")
seconds = number(float, lambda value: 0 < value < inf, "a positive number of seconds")
hours = number(float, lambda value: 0 < value < 8800, "a positive number of hours, of a year at most")
minutes = number(float, lambda value: 0 < value < 530_000, "a positive number of minutes, of a year at most")
days = number(int, lambda value: value > 0, "a positive number of days")
hour_of_day = number(int, lambda value: 0 <= value < 24, "an hour from 0 to 23")
count = number(int, lambda value: value >= 0, "0 or more")


ROLES = {"viewer", "announcer", "operator", "owner"}


def guarded_roles(raw: str) -> frozenset[str]:
    """Of whom a second factor is asked: ``required`` of all, ``optional`` of none, or roles by name."""
    named = frozenset(words(raw))
    if named <= {"optional", "required"} and len(named) == 1:
        return named - {"optional"}
    if not named or named - ROLES:
        raise ValueError("expected optional, required, or some of viewer, announcer, operator and owner")
    return named


def mail_address(raw: str) -> str:
    """A mail address; may be empty."""
    return read_address(raw) if raw else ""


def time_zone(raw: str) -> str:
    """An IANA time zone name."""
    if raw not in zone_names():
        raise ValueError("not a time zone such as Asia/Shanghai")
    return raw


def folder(raw: str) -> Path:
    """A folder, which need not exist yet."""
    return Path(raw).expanduser().absolute()


def make_private(database: Path) -> None:
    """Sees that SQLite's file is there, and that nobody but its owner reads it; raises OSError.

    Else it would be as open as files are by default; what SQLite puts beside it takes over its mode.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(database, os.O_RDONLY | os.O_CREAT, 0o600))
    for file in (database, Path(f"{database}-wal"), Path(f"{database}-shm")):
        if file.exists() and file.stat().st_mode & 0o077:
            file.chmod(0o600)


def web_address(raw: str) -> str:
    """An http or https address without a slash at its end; may be empty."""
    try:
        if raw:
            wire_url(raw)
    except ValueError as error:
        raise ValueError(f"expected an address such as https://status.example.com: {error}") from error
    return raw.rstrip("/")


def site_address(raw: str) -> str:
    """The page's own address, which may have a path, but none that begins as those of the site itself do."""
    address = web_address(raw)
    parts = urlsplit(address)
    if parts.query or parts.fragment or not re.fullmatch(r"(/[A-Za-z0-9._~-]+)*", parts.path):
        raise ValueError(
            "expected an address such as https://example.com/status, its path of letters, digits and - . _ ~"
        )
    first = parts.path.split("/")[1] if parts.path else ""
    if first in OUR_FOLDERS:
        raise ValueError(f"the site itself has a folder /{first}: expected another path, such as /status")
    return address


def broker(raw: str) -> str:
    """A Celery broker's address."""
    if urlsplit(raw).scheme not in {"memory", "redis", "rediss", "amqp", "amqps", "pyamqp"}:
        raise ValueError(
            "expected memory://, redis://HOST:PORT/NUMBER or amqp://USER:PASSWORD@HOST:PORT/VHOST"
        )
    return raw


def secret(raw: str) -> str:
    """A secret that is long enough not to be guessed; may be empty."""
    if raw and (len(raw) < SECRET_LENGTH or len(set(raw)) < SECRET_VARIETY):
        raise ValueError(
            f"expected at least {SECRET_LENGTH} random characters, such as `openssl rand -base64 48` makes"
        )
    return raw


def existing_file(raw: str) -> str:
    """The path of a file that is there; may be empty."""
    if raw and not Path(raw).is_file():
        raise ValueError("there is no such file")
    return raw


def options(raw: str) -> dict[str, object]:
    """A JSON object; may be empty."""
    try:
        return msgspec.json.decode(raw or "{}", type=dict[str, object])
    except msgspec.DecodeError as error:
        raise ValueError('expected a JSON object such as {"bucket_name": "status"}') from error


def storage(raw: str) -> str:
    """The dotted name of a class of Django storage; may be empty. Not loaded yet: it may read settings."""
    module, _, name = raw.rpartition(".")
    try:
        found = not raw or (name.isidentifier() and module and find_spec(module) is not None)
    except ImportError:
        found = False
    if not found:
        raise ValueError("expected an installed storage such as storages.backends.s3.S3Storage")
    return raw


def proxy(raw: str) -> Proxy | None:
    """An HTTP proxy; none where it is empty or ``direct``."""
    return None if raw in {"", "direct"} else read_proxy(raw)


def proxies() -> dict[str, Proxy | None]:
    """The proxies of single vantages, by what follows the prefix in the names of their variables."""
    named = [name for name in os.environ if name.startswith(PROXY_PREFIX)]
    return {name.removeprefix(PROXY_PREFIX): read(name, proxy, "") for name in named}
