"""Reads what another tool wrote: fields of tables whose form nobody vouches for, with their place."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo

# More than any of these tools has, and less than what would keep a machine busy for minutes.
MOST_ROWS = 50_000
LONGEST = 5000
# Years that every database and calendar can hold, with room for a zone's offset.
_FIRST, _LAST = 1971, 9998


class ImportFileError(ValueError):
    """A file that cannot be read as what it is said to be; says which, where, and why."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A table or row at ``where`` in ``file``; moments without a zone are of ``zone``."""

    where: str
    file: str
    values: Mapping[object, object]
    zone: tzinfo = UTC

    def wrong(self, name: str, problem: str) -> ImportFileError:
        """The error that a field is."""
        return ImportFileError(self.where, f"{name} {problem}")

    def has(self, name: str) -> bool:
        """Whether there is anything under ``name``."""
        return self.values.get(name) not in (None, "", [], {})

    def text(self, name: str, default: str = "") -> str:
        """A text, cut at :data:`LONGEST`; numbers are texts, too."""
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise self.wrong(name, "is no text")
        return "".join(map(_storable, str(value)[: 2 * LONGEST]))[:LONGEST].strip()

    def required(self, name: str) -> str:
        """A text that must be there."""
        if not (told := self.text(name)):
            raise self.wrong(name, "is missing")
        return told

    def number(self, name: str, default: float) -> float:
        """A number that is finite and not less than 0."""
        value = self.values.get(name)
        if value is None or value == "":
            return default
        try:
            found = float(value)  # type: ignore[arg-type]  # it says itself what it takes
        except (TypeError, ValueError):
            raise self.wrong(name, f"is no number: {str(value)[:50]!r}") from None
        if not math.isfinite(found) or found < 0:
            raise self.wrong(name, f"is out of range: {found}")
        return found

    def flag(self, name: str, *, default: bool) -> bool:
        """A switch, as JSON, YAML and SQLite write it."""
        value = self.values.get(name)
        return default if value is None else value not in (0, False, "0", "false", "")

    def moment(self, name: str) -> datetime | None:
        """A moment in UTC: ISO 8601 or what YAML has read as one; None where there is none."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        found = moment_of(value, self.zone)
        if found is None:
            raise self.wrong(name, f"is no moment: {str(value)[:50]!r}")
        return found

    def required_moment(self, name: str) -> datetime:
        """A moment that must be there."""
        found = self.moment(name)
        if found is None:
            raise self.wrong(name, "is missing")
        return found

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; one text alone is a list of it."""
        value = self.values.get(name)
        listed = [value] if isinstance(value, str | int) else value
        if listed is None:
            return ()
        if not isinstance(listed, list):
            raise self.wrong(name, "is no list")
        return tuple(str(one)[:LONGEST] for one in listed if isinstance(one, str | int | float))

    def inner(self, name: str) -> "Given":
        """The table under ``name``; an empty one where there is none."""
        value = self.values.get(name)
        if value is None:
            value = {}
        if not isinstance(value, Mapping):
            raise self.wrong(name, "is no table")
        return Given(where=f"{self.where} {name}", file=self.file, values=value, zone=self.zone)

    def each(self, name: str) -> Iterator["Given"]:
        """The tables of the list under ``name``, each with its line where that is known."""
        value = self.values.get(name)
        if value is None:
            return
        if not isinstance(value, list):
            raise self.wrong(name, "is no list")
        if len(value) > MOST_ROWS:
            raise self.wrong(name, f"has more than {MOST_ROWS} entries")
        for number, entry in enumerate(value, start=1):
            if not isinstance(entry, Mapping):
                raise self.wrong(name, f"has an entry that is no table: {str(entry)[:50]!r}")
            line = getattr(entry, "line", None)
            where = f"{self.file}:{line}" if line else f"{self.where} {name}[{number}]"
            yield Given(where=where, file=self.file, values=entry, zone=self.zone)


def _storable(character: str) -> str:
    """What any database and page can hold of a character."""
    if character.isprintable() or character in "\n\t":
        return character
    return " " if character.isspace() else ""


def moment_of(value: object, zone: tzinfo) -> datetime | None:
    """The moment in UTC that a value tells; one without a zone is of ``zone``. None where it tells none."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(" ".join(value.split()).replace(" +", "+").replace(" UTC", "Z"))
        except ValueError:
            return None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if not isinstance(value, datetime) or not _FIRST <= value.year <= _LAST:
        return None
    aware = value if value.tzinfo is not None else value.replace(tzinfo=zone)
    return aware.astimezone(UTC)
