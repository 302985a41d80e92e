"""The entries of a JSON column as a form shows and reads them: each by its kind, nothing of the rest lost.

What nobody edited stays as it is stored, also where it is spelled in another way than a form would.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from probes.instrument.gateways.registry import DIALECTS
from probes.instrument.gateways.vault import PREFIX, is_path, is_secret
from probes.listening.sources import PageKind
from probes.network.names import place_of
from probes.tables import variables_in, zone_names
from probes.vocabulary.bilingual import Bilingual
from statuspage.wording import entries as words
from statuspage.wording.sentence import Sentence, Value


class EntryKind(StrEnum):
    """How an entry is written in a form."""

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    FLAG = "flag"
    STATUSES = "statuses"
    HEADERS = "headers"
    PLACES = "places"
    SECRET = "secret"
    FILE = "file"
    ZONE = "zone"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntrySpec:
    """An entry that a form asks for; numbers lie between ``least`` and ``most``."""

    name: str
    kind: EntryKind = EntryKind.TEXT
    required: bool = False
    least: float = 1
    most: float = 1e12


class EntryError(ValueError):
    """A text that is no such entry; ``said`` tells why."""

    def __init__(self, sentence: Sentence, **values: Value) -> None:
        self.said: Bilingual = sentence.say(**values)
        super().__init__(self.said.en)


_OPTION_KINDS = {
    "amount": EntryKind.WHOLE,
    "amount_fen": EntryKind.WHOLE,
    "expect_status": EntryKind.STATUSES,
    "headers": EntryKind.HEADERS,
}
_OF_SOURCES = {
    PageKind.HTML: (("item", "text"), ("time", "author", "link", "id", "next")),
    PageKind.JSON: (("items", "text"), ("time", "author", "link", "id", "next")),
    PageKind.RSS: ((), ("text", "time", "author", "link", "id", "next")),
}
_PACE = (
    EntrySpec(name="timezone", kind=EntryKind.ZONE),
    EntrySpec(name="pages", kind=EntryKind.WHOLE, most=100),
    EntrySpec(name="delay_seconds", kind=EntryKind.NUMBER, least=0, most=600),
    EntrySpec(name="may_be_empty", kind=EntryKind.FLAG),
)
OF_PAYERS = tuple(
    EntrySpec(name=name)
    for name in ("openid", "auth_code", "alipay_auth_code", "alipay_account", "card", "card_expiry")
)


def credentials_of(gateway: str) -> tuple[EntrySpec, ...]:
    """What an endpoint of this gateway needs, and may have."""
    dialect = DIALECTS.get(gateway)
    if dialect is None:
        return ()
    names = (*dialect.required, *dialect.credentials)
    return tuple(
        EntrySpec(name=name, kind=_kind_of_credential(name), required=name in dialect.required)
        for name in names
    )


def options_of(gateway: str) -> tuple[EntrySpec, ...]:
    """What a probe of this gateway may say."""
    dialect = DIALECTS.get(gateway)
    names = dialect.options if dialect else ()
    return tuple(EntrySpec(name=name, kind=_OPTION_KINDS.get(name, EntryKind.TEXT)) for name in names)


def entries_of_source(kind: str) -> tuple[EntrySpec, ...]:
    """Where on the pages of a source of this kind things stand, and how it is read."""
    if kind not in {*PageKind}:
        return ()
    required, further = _OF_SOURCES[PageKind(kind)]
    places = (*(EntrySpec(name=name, required=True) for name in required), *map(_place, further))
    return (*places, *_PACE)


def _place(name: str) -> EntrySpec:
    return EntrySpec(name=name)


def _kind_of_credential(name: str) -> EntryKind:
    if is_path(name):
        return EntryKind.FILE
    return EntryKind.SECRET if is_secret(name) else EntryKind.TEXT


def as_text(value: Any, kind: EntryKind) -> str | None:
    """A stored value as a field shows it: "" for none, None where a field of that kind cannot show it.

    A secret that stands there itself is never shown.
    """
    if value is None:
        return ""
    if kind is EntryKind.FLAG:
        return ("true" if value else "") if isinstance(value, bool) else None
    if kind is EntryKind.STATUSES:
        return ", ".join(map(str, value)) if _is_list_of(int, value) else None
    if kind in (EntryKind.HEADERS, EntryKind.PLACES):
        return _lines_of(value, _SIGNS[kind])
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value)
    if kind is EntryKind.SECRET:
        return text if _is_reference(text) else ""
    return text if text == text.strip() and "\n" not in text else None


def _is_list_of(kind: type, value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, kind) and not isinstance(one, bool) for one in value
    )


_SIGNS = {EntryKind.HEADERS: ":", EntryKind.PLACES: "="}
_REFERENCE = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _is_reference(text: str) -> bool:
    """Whether a text is made of references alone, which tell nothing but the names of variables."""
    return bool(text) and not _REFERENCE.sub("", text).strip()


def _lines_of(value: object, sign: str) -> str | None:
    if not isinstance(value, dict):
        return None
    pairs = list(value.items())
    if not all(
        _fits_a_line(str(name)) and isinstance(held, str) and _fits_a_line(held) for name, held in pairs
    ):
        return None
    gap = " " if sign == "=" else ""
    return "\n".join(f"{name}{gap}{sign} {held}" for name, held in pairs)


def _fits_a_line(text: str) -> bool:
    return text == text.strip() and not re.search(r"[\r\n]", text)


def as_value(text: str, spec: EntrySpec) -> Any:
    """What is stored of a text that somebody wrote; None for nothing; raises :class:`EntryError`."""
    text = text.strip()
    return _READERS[spec.kind](text, spec) if text else None


def _text(text: str, spec: EntrySpec) -> str:
    for name in variables_in(text):
        if not name.startswith(PREFIX):
            raise EntryError(words.OTHER_VARIABLE, name=name, prefix=PREFIX)
    return text


def _secret(text: str, spec: EntrySpec) -> str:
    """A reference; the name of a variable alone will do."""
    reference = f"${{{text}}}" if _VARIABLE.fullmatch(text) and text.startswith(PREFIX) else text
    if not _is_reference(reference):
        raise EntryError(words.BARE_SECRET, prefix=PREFIX)
    return _text(reference, spec)


def _whole(text: str, spec: EntrySpec) -> int:
    if not re.fullmatch(r"\d{1,12}", text, re.ASCII) or not spec.least <= int(text):
        raise EntryError(words.NOT_WHOLE, value=text, least=int(spec.least))
    return int(_number(text, spec))


def _number(text: str, spec: EntrySpec) -> int | float:
    if (
        not re.fullmatch(r"\d{1,12}(\.\d{1,6})?", text, re.ASCII)
        or not spec.least <= float(text) <= spec.most
    ):
        raise EntryError(words.NOT_IN_RANGE, value=text, least=f"{spec.least:g}", most=f"{spec.most:g}")
    return float(text) if "." in text else int(text)


def _statuses(text: str, spec: EntrySpec) -> list[int]:
    parts = [part.strip() for part in re.split(r"[,，\s]+", text) if part.strip()]
    for part in parts:
        if not re.fullmatch(r"[1-5]\d\d", part, re.ASCII):
            raise EntryError(words.NO_STATUS, value=part)
    return list(dict.fromkeys(map(int, parts)))


def _pairs(text: str, spec: EntrySpec) -> dict[str, str]:
    sign, found = _SIGNS[spec.kind], {}
    for number, line in enumerate(text.splitlines(), start=1):
        name, sep, held = (part.strip() for part in line.partition(sign))
        if not line.strip():
            continue
        if not sep or not name:
            raise EntryError(words.NO_PAIR, line=number, sign=sign)
        if name in found:
            raise EntryError(words.TWICE, value=name)
        found[name] = _text(held, spec)
    return found


def _places(text: str, spec: EntrySpec) -> dict[str, str]:
    found = _pairs(text, spec)
    for side in (side for pair in found.items() for side in pair):
        try:
            place_of(side)
        except ValueError:
            raise EntryError(words.NO_PLACE, value=side) from None
    return found


def _zone(text: str, spec: EntrySpec) -> str:
    if text not in zone_names():
        raise EntryError(words.NO_ZONE, value=text)
    return text


def _flag(text: str, spec: EntrySpec) -> bool:
    return True


_READERS: Mapping[EntryKind, Callable[[str, EntrySpec], Any]] = {
    EntryKind.TEXT: _text,
    EntryKind.FILE: _text,
    EntryKind.WHOLE: _whole,
    EntryKind.NUMBER: _number,
    EntryKind.FLAG: _flag,
    EntryKind.STATUSES: _statuses,
    EntryKind.HEADERS: _pairs,
    EntryKind.PLACES: _places,
    EntryKind.SECRET: _secret,
    EntryKind.ZONE: _zone,
}


def fields_for(specs: Iterable[EntrySpec], stored: Mapping[str, Any]) -> tuple[EntrySpec, ...]:
    """The entries that have a field: all but those whose stored value no field of their kind can show."""
    return tuple(spec for spec in specs if as_text(stored.get(spec.name), spec.kind) is not None)


def rest_of(
    stored: Mapping[str, Any], shown: Iterable[EntrySpec], dropped: Collection[str]
) -> dict[str, Any]:
    """What has no field, for the box of further entries; ``dropped`` belong to what the row was before."""
    names = {spec.name for spec in shown} | set(dropped)
    return {name: value for name, value in stored.items() if name not in names}


def merged(stored: Mapping[str, Any], written: Mapping[str, Any], rest: Mapping[str, Any]) -> dict[str, Any]:
    """The column anew, in the order in which it is stored: ``written`` (None: emptied), and the rest.

    A name that is in neither of them goes.
    """
    now = {name: value for name, value in {**written, **rest}.items() if value is not None}
    kept = {name: now[name] for name in stored if name in now}
    return {**kept, **{name: value for name, value in now.items() if name not in kept}}


def read_rest(text: str) -> dict[str, Any]:
    """The box of further entries; raises :class:`EntryError` where it holds no JSON object."""
    if not text.strip():
        return {}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise EntryError(words.NO_OBJECT) from None
    if not isinstance(value, dict):
        raise EntryError(words.NO_OBJECT)
    return value


def rest_text(rest: Mapping[str, Any]) -> str:
    """The further entries as their box shows them."""
    return json.dumps(rest, ensure_ascii=False, indent=1) if rest else ""
