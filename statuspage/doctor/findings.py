"""What an examination finds: how bad it is, where, what, and what to do."""

from dataclasses import dataclass
from enum import StrEnum

from probes.vocabulary.bilingual import Bilingual
from statuspage.wording.doctor import Advice
from statuspage.wording.sentence import Value


class Level(StrEnum):
    """An error keeps the site from telling the truth or keeping its secrets; a warning will or may."""

    ERROR = "error"
    WARNING = "warning"


class Area(StrEnum):
    """Which part of the site was examined."""

    SETTINGS = "settings"
    CLOCK = "clock"
    DATABASE = "database"
    BROKER = "broker"
    WORKERS = "workers"
    KEYS = "keys"
    FILES = "files"
    PAGE = "page"
    WATCHING = "watching"
    OUTSIDE = "outside"
    ADMIN = "admin"
    MAIL = "mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong. ``where`` names the variable, file, queue, endpoint, source or user."""

    level: Level
    area: Area
    where: str
    what: Bilingual
    to_do: Bilingual


def error(area: Area, where: str, advice: Advice, **values: Value) -> Finding:
    """A finding that is an error."""
    return _finding(Level.ERROR, area, where, advice, values)


def warning(area: Area, where: str, advice: Advice, **values: Value) -> Finding:
    """A finding that is a warning."""
    return _finding(Level.WARNING, area, where, advice, values)


def _finding(level: Level, area: Area, where: str, advice: Advice, values: dict[str, Value]) -> Finding:
    return Finding(
        level=level,
        area=area,
        where=where,
        what=advice.what.say(**values),
        to_do=advice.to_do.say(**values),
    )
