"""Reads the environment variables that choose how this site runs; a wrong one is named at once."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")


def read(name: str, parse: Callable[[str], T], default: str) -> T:
    """The variable ``name`` parsed, or its default parsed; raises ImproperlyConfigured naming the variable."""
    raw = os.environ.get(name, "").strip() or default
    try:
        return parse(raw)
    except (ValueError, KeyError) as error:
        raise ImproperlyConfigured(f"{name}={raw!r}: {error}") from error


def boolean(raw: str) -> bool:
    """1/0, true/false, yes/no, on/off."""
    words = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
    }
    if raw.lower() not in words:
        raise ValueError("expected one of 1, 0, true, false, yes, no, on, off")
    return words[raw.lower()]


def words(raw: str) -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in raw.split(",") if word.strip()]


def seconds(raw: str) -> float:
    """A positive number of seconds."""
    value = float(raw)
    if value <= 0:
        raise ValueError("expected a positive number of seconds")
    return value


def days(raw: str) -> int:
    """A positive number of days."""
    value = int(raw)
    if value <= 0:
        raise ValueError("expected a positive number of days")
    return value


def time_zone(raw: str) -> str:
    """An IANA time zone name."""
    if raw not in available_timezones():
        raise ValueError("not a time zone such as Asia/Shanghai")
    return ZoneInfo(raw).key


def folder(raw: str) -> Path:
    """A folder, which need not exist yet."""
    return Path(raw).expanduser().absolute()
