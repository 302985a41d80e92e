"""Reads robots.txt as RFC 9309 says: groups by agent, the longest rule wins, ``*`` and ``$`` in paths."""

import re
from dataclasses import dataclass
from math import isfinite
from string import ascii_letters, digits
from urllib.parse import quote, urlsplit

MOST_BYTES = 500_000  # RFC 9309 asks to read as much
_UNRESERVED = frozenset(ascii_letters + digits + "-._~")
_KEPT = "%:/?#[]@!$&'()*+,;="  # reserved characters mean something as they are
_ESCAPE = re.compile("%[0-9A-Fa-f]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """What one site asks of us: paths with whether they are allowed, and seconds between two requests."""

    rules: tuple[tuple[str, bool], ...] = ()
    delay_s: float = 0.0

    def allows(self, url: str) -> bool:
        """Whether ``url`` may be fetched: the longest rule that fits decides, of two as long the kind one."""
        parts = urlsplit(url)
        path = _normal((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        fitting = [(len(pattern), allowed) for pattern, allowed in self.rules if _fits(pattern, path)]
        return max(fitting)[1] if fitting else True


def read_robots(body: bytes, *, agent: str) -> Robots:
    """The rules for ``agent`` in a robots.txt: those of the groups that name it, else of those for all."""
    token = _token(agent)
    groups: dict[str, list[tuple[str, str]]] = {}
    named: set[str] = set()
    before = "user-agent"
    for line in body[:MOST_BYTES].removeprefix(b"\xef\xbb\xbf").splitlines():
        field, value = _field(line)
        if field == "user-agent":
            named = named if before == field else set()
            named |= {value if value == "*" else _token(value)} & {token, "*"}
            for name in named:
                groups.setdefault(name, [])
        elif field in {"allow", "disallow", "crawl-delay"}:
            for name in named:
                groups[name].append((field, value))
        else:
            continue
        before = field
    return _robots(groups.get(token, groups.get("*", [])))


def _field(line: bytes) -> tuple[str, str]:
    field, _, value = line.decode("utf-8", "replace").partition("#")[0].partition(":")
    return field.strip().lower(), value.strip()


def _token(agent: str) -> str:
    """The product's name alone, as robots.txt names it: no version, no comment."""
    found = re.match("[A-Za-z_-]+", agent)
    return found[0].lower() if found else ""


def _robots(lines: list[tuple[str, str]]) -> Robots:
    delays = [_seconds(value) for field, value in lines if field == "crawl-delay"]
    rules = [(_normal(value), field == "allow") for field, value in lines if field != "crawl-delay" and value]
    return Robots(rules=tuple(rules), delay_s=max(delays, default=0.0))


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        return 0.0
    return seconds if isfinite(seconds) and seconds > 0 else 0.0


def _normal(path: str) -> str:
    """``path`` with one spelling of each character, so that rule and address can be compared."""
    return _ESCAPE.sub(_unescaped, quote(path, safe=_KEPT))


def _unescaped(escape: re.Match[str]) -> str:
    character = chr(int(escape[0][1:], 16))
    return character if character in _UNRESERVED else escape[0].upper()


def _fits(pattern: str, path: str) -> bool:
    """Whether ``path`` begins as ``pattern`` says (no regex: a stranger wrote the pattern)."""
    ends = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not others:
        return path == first if ends else path.startswith(first)
    if not path.startswith(first):
        return False
    at = len(first)
    for part in others[:-1] if ends else others:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return not ends or (len(path) - len(others[-1]) >= at and path.endswith(others[-1]))
