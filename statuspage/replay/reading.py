"""Turns the lines of a trace into what the detector takes, as the live site would."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import msgspec

from probes.instrument.codebook import CodeBook, default_code_book
from probes.listening.reading.symptoms import read_text
from probes.listening.reposts import RepostIndex
from probes.vocabulary.observations import Check, ObservedReport, WatchedCatalog, WatchedComponent
from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.symptoms import Product
from probes.vocabulary.traces import End, Line
from statuspage.analysis.values import DetectorInput, Heard, Observed

_REMEMBERED_ANSWERS = 10_000
_RawAnswer = tuple[str | None, int | None, str, str]  # error, status, code, message


# What names said of components before these had a product; only traces of that time are read by it.
_MARKS = {
    Product.FENFU: ("fenfu", "分付"),
    Product.WECHAT_PAY: ("wechat", "weixin", "wxpay", "微信", "零钱"),
}


def with_products(catalog: WatchedCatalog) -> WatchedCatalog:
    """The catalog of a trace with a product for every component, guessed from names where it has none."""
    components = tuple(
        msgspec.structs.replace(component, product=component.product or _guessed(component))
        for component in catalog.components
    )
    return msgspec.structs.replace(catalog, components=components)


def _guessed(component: WatchedComponent) -> Product:
    named = f"{component.slug} {component.name} {component.group}".lower()
    found = (product for product, marks in _MARKS.items() if any(mark in named for mark in marks))
    return next(found, Product.NONE)


class Reader:
    """Reads checks by the code book and posts by the classifier."""

    def __init__(self, code_book: CodeBook | None = None) -> None:
        self._book = code_book or default_code_book()
        self._answers: dict[_RawAnswer, Outcome] = {}
        self._reposts = RepostIndex()
        self._posts = 0

    def read(self, line: Line) -> DetectorInput | None:
        """What the detector makes of one line; None for what it need not see."""
        if isinstance(line, Check):
            answer = (line.error, line.http_status, line.code, line.message)
            return Observed(check=line, outcome=self._answers.get(answer) or self._outcome(answer))
        if isinstance(line, ObservedReport):
            return self._heard(line)
        if isinstance(line, WatchedCatalog | End):
            return None
        return line

    def _outcome(self, answer: _RawAnswer) -> Outcome:
        error, http_status, code, message = answer
        outcome = self._book.read(error=error, http_status=http_status, code=code, message=message)
        if len(self._answers) >= _REMEMBERED_ANSWERS:
            self._answers.clear()
        self._answers[answer] = outcome
        return outcome

    def _heard(self, report: ObservedReport) -> Heard:
        self._posts += 1
        original = self._reposts.original_of(
            key=str(self._posts), text=report.text, author=report.author, at=report.at
        )
        reading = read_text(report.text)
        return Heard(
            report=report,
            symptom=reading.symptom,
            product=reading.product,
            probability=round(reading.probability, 4),  # as the live site stores it
            repeats=original is not None,
        )


def in_batches(
    lines: Iterable[Line], reader: Reader, span: timedelta
) -> Iterator[tuple[list[DetectorInput], datetime]]:
    """Group a trace (after its catalog) into what the detector gets at once, and the time it may go on to."""
    batch: list[DetectorInput] = []
    until: datetime | None = None
    for line in lines:
        if isinstance(line, WatchedCatalog):
            continue
        at = line.at
        if until is None:
            until = at + span
        elif at > until:
            yield batch, until
            batch, until = [], at + span
        if isinstance(line, End):
            yield batch, at
            return
        found = reader.read(line)
        if found is not None:
            batch.append(found)
