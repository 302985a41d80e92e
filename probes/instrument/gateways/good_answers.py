"""What an operation gives on a good day, stated as data, and what is wrong with an answer that differs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from probes.instrument.gateways.protocol import (
    AnswerReading,
    Fault,
    kind_in_words,
    name_of_kind,
    plain_text,
    read_success,
    reading_of,
)
from probes.network.exchange import Reply

_MOST_SHOWN = 60
_ABSENT = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a field holds on a good day: a value of one of ``kinds``, one of ``values`` where there are any.

    ``pattern`` must match a text as a whole; without one a text must not be empty. ``optional`` fields may be
    missing, null or empty. A field that ``names`` what was asked for tells, by another value, the answer to
    something else.
    """

    kinds: tuple[type, ...] = (str,)
    values: tuple[Any, ...] = ()
    pattern: str = ""
    optional: bool = False
    names: bool = False

    def fault_of(self, value: Any) -> Fault | None:
        """What is wrong with ``value``; None where nothing is."""
        if value is _ABSENT or value in (None, "", [], {}):
            return None if self.optional else Fault("MISSING_FIELD", "is missing")
        if type(value) not in self.kinds:
            due = " or ".join(map(name_of_kind, self.kinds))
            return Fault("WRONG_FIELD", f"is {kind_in_words(value)}, not {due}")
        if self.values and value not in self.values:
            code = "FOREIGN_BODY" if self.names else "WRONG_FIELD"
            return Fault(code, f"is {_shown(value)}, not {' or '.join(map(_shown, self.values))}")
        if self.pattern and not re.fullmatch(self.pattern, value):
            return Fault("WRONG_FIELD", f"is {_shown(value)}")
        return None


def named(value: str | int) -> Wanted:
    """A field that names what was asked for, where the answer has it."""
    return Wanted(kinds=(type(value),), values=(value,), optional=True, names=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodAnswer:
    """The statuses that a success may have and the fields of its JSON object, by path (``amount.total``).

    No fields mean that no body is due.
    """

    statuses: tuple[int, ...] = (200,)
    fields: Mapping[str, Wanted] = field(default_factory=dict)

    def read(self, reply: Reply) -> tuple[dict[str, Any], AnswerReading | None]:
        """The object of a 2xx reply, and a reading that says what is wrong with it; None where nothing is.

        The object is there as soon as it can be read, so that an error in a success can be found in it.
        """
        if reply.status not in self.statuses:
            due = " or ".join(map(str, self.statuses))
            return read_success(reply)[0], reading_of(
                reply, "UNEXPECTED_STATUS", f"{reply.status}, not {due}"
            )
        if not self.fields:
            return {}, reading_of(reply, "FOREIGN_BODY", plain_text(reply)) if reply.body.strip() else None
        content, fault = read_success(reply)
        return content, fault or self._misfit(content, reply)

    def _misfit(self, content: Mapping[str, Any], reply: Reply) -> AnswerReading | None:
        found = misfit_of(content, self.fields)
        return reading_of(reply, *found) if found else None


def misfit_of(content: Mapping[str, Any], fields: Mapping[str, Wanted]) -> Fault | None:
    """What is wrong with the first field that does not fit; an object with none of them is foreign."""
    values = {path: _at(content, path) for path in fields}
    if all(value is _ABSENT for value in values.values()):
        return Fault("FOREIGN_BODY", f"{_list_of(content)}, where {' / '.join(fields)} is due")
    for path, value in values.items():
        if fault := fields[path].fault_of(value):
            return Fault(fault.code, f"{path} {fault.message}")
    return None


def _at(content: Any, path: str) -> Any:
    for name in path.split("."):
        content = content.get(name, _ABSENT) if isinstance(content, Mapping) else _ABSENT
    return content


def _list_of(content: Mapping[str, Any]) -> str:
    return f"only {', '.join(list(content)[:5])[:100]}" if content else "an empty object"


def _shown(value: Any) -> str:
    return repr(value)[:_MOST_SHOWN]
