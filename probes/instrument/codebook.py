"""Says what an answer means: (error, HTTP status, code, message) to an outcome, by rules that are data."""

import csv
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from probes.listening.reading.text import simplified_characters
from probes.vocabulary.outcomes import Outcome

_ERRORS = {
    "timeout": Outcome.TIMEOUT,
    "connect": Outcome.CONNECT,
    "dns": Outcome.DNS,
    "tls": Outcome.TLS,
    "protocol": Outcome.PROTOCOL,
}
_BY_STATUS = {
    401: Outcome.UNAUTHENTICATED,
    402: Outcome.DECLINED_UNKNOWN,
    403: Outcome.DECLINED_UNKNOWN,
    408: Outcome.SERVER_ERROR,
    410: Outcome.DECLINED_POLICY,
    423: Outcome.DECLINED_UNKNOWN,
    425: Outcome.SERVER_ERROR,
    451: Outcome.DECLINED_POLICY,
    499: Outcome.SERVER_ERROR,
}
_COMMON = "http"  # what all dialects have in common goes last
_NO_CODE = "-"
_REMEMBERED = 2_048  # answers; some hold half a page
_LONGEST_MESSAGE = 2_000  # a longer one is an HTML page, whose head says what it is


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRule:
    """One entry of the code book; a rule applies where all that it names fits.

    ``status`` is an HTTP status, or 2 to 5 for a whole class of them, or None for any. ``code`` is compared
    without regard to letter case and punctuation; "" is any and "-" an answer without one. ``pattern`` is a
    regular expression on the message followed by the words of the code, Traditional Chinese written as
    Simplified; "" is any.
    """

    status: int | None = None
    code: str = ""
    pattern: str = ""
    outcome: Outcome
    dialect: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ValueError(f"the pattern {self.pattern!r} is no regular expression: {error}") from error


@dataclass(frozen=True, slots=True)
class _Compiled:
    rule: AnswerRule
    code: str
    search: re.Pattern[str] | None

    def fits(self, status: int | None, code: str, text: str) -> bool:
        wanted = self.rule.status
        if wanted is not None and wanted != status and (status is None or wanted != status // 100):
            return False
        if self.code and self.code != (code or _NO_CODE):
            return False
        return self.search is None or self.search.search(text) is not None


class CodeBook:
    """Ordered rules, of which the first that fits decides; where none fits, the class of the status does."""

    def __init__(self, rules: Iterable[AnswerRule]) -> None:
        self.rules = tuple(rules)
        self._compiled = tuple(_compile(rule) for rule in self.rules)
        self._read: dict[tuple[str | None, int | None, str, str], tuple[Outcome, AnswerRule | None]] = {}

    def read(self, *, error: str | None, http_status: int | None, code: str, message: str) -> Outcome:
        """What came of a check with this raw answer. The same answer always gives the same outcome.

        ``error`` is None or timeout, connect, dns, tls or protocol; any other is taken for protocol.
        """
        return self.explain(error=error, http_status=http_status, code=code, message=message)[0]

    def explain(
        self, *, error: str | None, http_status: int | None, code: str, message: str
    ) -> tuple[Outcome, AnswerRule | None]:
        """The outcome and the rule that decided it; no rule where the answer is not mapped."""
        answer = (error, http_status, code, message)
        known = self._read.get(answer)
        if known is None:
            if len(self._read) >= _REMEMBERED:
                self._read.clear()
            known = self._read[answer] = self._explain(error, http_status, code, message)
        return known

    def is_mapped(self, *, error: str | None, http_status: int | None, code: str, message: str) -> bool:
        """Whether a rule, or the error itself, says what this answer means."""
        rule = self.explain(error=error, http_status=http_status, code=code, message=message)[1]
        return error is not None or rule is not None

    def with_rules(self, extra: Iterable[AnswerRule]) -> "CodeBook":
        """A book in which ``extra`` go before all others."""
        return CodeBook((*extra, *self.rules))

    def _explain(
        self, error: str | None, status: int | None, code: str, message: str
    ) -> tuple[Outcome, AnswerRule | None]:
        if error is not None:
            return _ERRORS.get(error, Outcome.PROTOCOL), None
        plain_code, text = _plain(code), _text(code, message)
        for compiled in self._compiled:
            if compiled.fits(status, plain_code, text):
                return compiled.rule.outcome, compiled.rule
        return _by_class(status, plain_code), None


@cache
def default_code_book() -> CodeBook:
    """The rules that are shipped, all dialects together: firm codes, then words, then the other codes.

    A few words go before all: they say more than any code.
    """
    firm: list[AnswerRule] = []
    soft: list[AnswerRule] = []
    for dialect in _dialects():
        for is_firm, rule in _code_rules(dialect):
            (firm if is_firm else soft).append(rule)
    return CodeBook([*_text_rules(first=True), *firm, *_text_rules(first=False), *soft])


def _dialects() -> list[str]:
    """The dialects that have a table of codes, of which no two read one answer differently."""
    folder = files("probes.instrument.gateways") / "codes"
    names = (entry.name for entry in folder.iterdir())
    own = sorted(name.removesuffix(".csv") for name in names if name.endswith(".csv"))
    return [*(name for name in own if name != _COMMON), _COMMON]


def _by_class(status: int | None, plain_code: str) -> Outcome:
    """What an answer that no rule names is taken for: only a 5xx is surely the other side's fault."""
    if status is None:
        return Outcome.BAD_ANSWER
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if 500 <= status < 600:
        return Outcome.SERVER_ERROR
    if 400 <= status < 500:
        return Outcome.MISCONFIGURED
    if 200 <= status < 300 and plain_code:
        # A success with a code of its own is a refusal in disguise.
        return Outcome.DECLINED_UNKNOWN
    return Outcome.BAD_ANSWER


def _compile(rule: AnswerRule) -> _Compiled:
    pattern = rule.pattern.translate(simplified_characters())
    search = re.compile(pattern, re.IGNORECASE) if rule.pattern else None
    code = rule.code if rule.code == _NO_CODE else _plain(rule.code)
    return _Compiled(rule, code, search)


def _plain(code: str) -> str:
    """A code without case and punctuation, so that RULELIMIT and rule_limit are one; ISO_59 is 59."""
    plain = "".join(character for character in code.lower() if character.isalnum())
    numbered = re.fullmatch(r"(?:iso(?:8583)?|rc|resp(?:onse)?(?:code)?|decline(?:code)?|code)(\d{2})", plain)
    return numbered.group(1) if numbered else plain


def _text(code: str, message: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^0-9A-Za-z\u4e00-\u9fff]+", " ", code)
    return f"{message[:_LONGEST_MESSAGE].translate(simplified_characters())}\n{words}"


def _code_rules(dialect: str) -> Iterator[tuple[bool, AnswerRule]]:
    text = (files("probes.instrument.gateways") / f"codes/{dialect}.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        yield (
            row["firm"] == "yes",
            AnswerRule(
                status=_status(row["status"]),
                code=row["code"],
                outcome=Outcome(row["outcome"]),
                dialect=dialect,
                source=f"{row['meaning']} ({row['source']})",
            ),
        )


def _text_rules(*, first: bool) -> Iterator[AnswerRule]:
    text = (files("probes.instrument.gateways") / "codes/texts.toml").read_text(encoding="utf-8")
    entries = tomllib.loads(text)["texts"]
    for entry in (entry for entry in entries if entry.get("first", False) is first):
        for pattern in entry["patterns"]:
            for status in entry.get("statuses", [None]):
                yield AnswerRule(
                    status=_status(status),
                    pattern=pattern,
                    outcome=Outcome(entry["outcome"]),
                    source=entry["note"],
                )


def _status(value: Any) -> int | None:
    """A status of the data files: 503, "503", "5xx" for the class, "" or None for any."""
    if value in (None, ""):
        return None
    return int(str(value).removesuffix("xx"))
