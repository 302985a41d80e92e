"""Label matchers as Alertmanager writes them, and which of several rules takes a set of labels.

By RE2, whose expressions are Alertmanager's own and take no longer than a value is long, whatever is in it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import re2

from probes.vocabulary.causes import Cause
from probes.vocabulary.strengths import Strength

MOST_MATCHERS = 20
LONGEST_PATTERN = 500
_MATCHER = re.compile(
    r"""\s*(?P<label>[A-Za-z_][A-Za-z0-9_]*)\s*(?P<how>=~|!~|!=|=)\s*"""
    r"""(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^\s,{}"]*))\s*(?:,|$)"""
)
_ESCAPED = re.compile(r"\\(.)")
_OF_ESCAPE = {"n": "\n"}


class MatcherError(ValueError):
    """Matchers that cannot be read; says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelMatcher:
    """One condition on one label; a label that is not there counts as an empty one."""

    label: str
    how: str
    value: str

    def holds(self, labels: Mapping[str, str]) -> bool:
        given, by_pattern = labels.get(self.label, ""), "~" in self.how
        found = _whole(self.value).fullmatch(given) is not None if by_pattern else given == self.value
        return found is not self.how.startswith("!")

    def __str__(self) -> str:
        value = self.value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'{self.label}{self.how}"{value}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRule:
    """A rule as it is applied: without a cause it takes labels and makes nothing of them."""

    name: str
    matchers: tuple[LabelMatcher, ...]
    components: tuple[str, ...] = ()
    cause: Cause | None = None
    strength: Strength = Strength.USUAL
    pk: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """A rule that did not take some labels, and the first of its matchers that did not hold."""

    rule: ReadRule
    because: LabelMatcher


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTaken:
    """The first rule all of whose matchers hold, None where there is none, and those before it."""

    rule: ReadRule | None
    passed: tuple[PassedOver, ...]


def read_matchers(text: str) -> tuple[LabelMatcher, ...]:
    """Matchers of ``{a="b", c=~"d"}`` or of one line each; raises :class:`MatcherError`."""
    found: list[LabelMatcher] = []
    for number, line in enumerate(text.splitlines() or [""], start=1):
        found += _of_line(line.strip().removeprefix("{").removesuffix("}").strip(), number)
    if not found:
        raise MatcherError('write at least one matcher, such as severity="page"')
    if len(found) > MOST_MATCHERS:
        raise MatcherError(f"{len(found)} matchers are too many: {MOST_MATCHERS} at most")
    return tuple(found)


def rule_for(labels: Mapping[str, str], rules: Sequence[ReadRule]) -> RuleTaken:
    """Which of ``rules``, in their order, takes ``labels``."""
    passed: list[PassedOver] = []
    for rule in rules:
        failed = next((matcher for matcher in rule.matchers if not matcher.holds(labels)), None)
        if failed is None:
            return RuleTaken(rule=rule, passed=tuple(passed))
        passed.append(PassedOver(rule=rule, because=failed))
    return RuleTaken(rule=None, passed=tuple(passed))


def _of_line(line: str, number: int) -> Iterable[LabelMatcher]:
    position = 0
    while position < len(line):
        match = _MATCHER.match(line, position)
        if match is None:
            raise MatcherError(f'line {number}: {line[position:][:60]!r} is no matcher such as label="value"')
        position = match.end()
        quoted = match["quoted"]
        value = match["bare"] if quoted is None else _ESCAPED.sub(_unescaped, quoted)
        matcher = LabelMatcher(label=match["label"], how=match["how"], value=value)
        if "~" in matcher.how:
            _check(matcher, number)
        yield matcher


def _unescaped(match: re.Match[str]) -> str:
    return _OF_ESCAPE.get(match[1], match[1])


def _check(matcher: LabelMatcher, number: int) -> None:
    if len(matcher.value) > LONGEST_PATTERN:
        raise MatcherError(f"line {number}: an expression of more than {LONGEST_PATTERN} characters")
    try:
        _whole(matcher.value)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        said = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise MatcherError(f"line {number}: {matcher}: {said}") from error


@lru_cache(maxsize=1000)
def _whole(pattern: str) -> "re2._Regexp":
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)
