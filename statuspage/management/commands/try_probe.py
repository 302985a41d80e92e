"""Makes one check of a probe now and shows each step, what came of it and why; stores nothing."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError

from statuspage import clock
from statuspage.monitoring.models import Probe, Vantage
from statuspage.monitoring.trying_probes import TriedProbe, TriedStep, try_probe
from statuspage.wording.trials import WORDS

USAGE = 2
MOST_PROPOSED = 5
Row = TypeVar("Row", Probe, Vantage)


class Command(BaseCommand):
    help = (
        "Make one check of a probe now and show each step; nothing is stored. "
        "Exit status: 0 accepted, 1 anything else, 2 wrong usage."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the probe's slug")
        parser.add_argument("--vantage", default="", help="use the settings of this vantage instead")
        parser.add_argument("--language", choices=("zh", "en"), default="en", help="of what is said (en)")

    def handle(self, *args: Any, slug: str, vantage: str, language: str, **options: Any) -> None:
        probe = _found(Probe, slug)
        place = _found(Vantage, vantage) if vantage else None
        try:
            tried = try_probe(probe, vantage=place, clock=clock.calibrated())
        except ValueError as error:
            raise CommandError(f"{slug}: {error}") from error
        for line in lines_of(tried, language):
            self.stdout.write(line)
        if not tried.accepted:
            sys.exit(1)


def _found(model: type[Row], slug: str) -> Row:
    """The row of that slug; where there is none, an error that proposes others."""
    row = model._default_manager.filter(slug=slug).first()
    if row is not None:
        return row
    known = list(model._default_manager.values_list("slug", flat=True))
    near = get_close_matches(slug, known, n=MOST_PROPOSED) or [name for name in known if slug in name]
    proposed = ", ".join((near or known)[:MOST_PROPOSED]) or "none at all"
    proposal = f"did you mean {proposed}?" if near else f"there is {proposed}"
    more = " …" if not near and len(known) > MOST_PROPOSED else ""
    raise CommandError(f"no {model._meta.model_name} {slug!r}; {proposal}{more}", returncode=USAGE)


def lines_of(tried: TriedProbe, language: str) -> Iterator[str]:
    """What is printed of a tried probe."""
    word = {key: sentence.say().in_(language) for key, sentence in WORDS.items()}
    yield tried.probe
    yield tried.made_from.in_(language)
    if tried.proxy:
        yield f"{word['proxy']} {tried.proxy}"
    for number, step in enumerate(tried.steps, start=1):
        yield ""
        yield from _step_lines(step, number, word, language)
    yield ""
    yield f"{word['outcome']}: {tried.outcome_word.in_(language)} ({tried.outcome})"
    for one in tried.expected:
        yield f"{word['expected']}: {one.mark} {one.what.in_(language)}"
    yield f"{word['whose']}: {tried.whose.in_(language)}"
    yield f"{word['why']}: {tried.why.in_(language)}"
    if tried.to_do:
        yield f"{word['to_do']}: {tried.to_do.in_(language)}"


def _step_lines(step: TriedStep, number: int, word: dict[str, str], language: str) -> Iterator[str]:
    aside = f" ({word['aside']})" if step.aside else ""
    yield f"{number}. {step.name or '–'}{aside}"
    yield f"   {word['request']}: {step.request or word['not_asked']}"
    if step.phases:
        each = ", ".join(f"{phase.in_(language)} {spent:.0f} ms" for phase, spent in step.phases)
        yield f"   {word['time']}: {step.total_ms:.0f} ms ({each})"
    if step.status is not None:
        yield f"   {word['answer']}: HTTP {step.status}"
    elif step.failure:
        yield f"   {word['no_answer']}: {step.failure}"
    for name, value in step.headers:
        yield f"      {name}: {value}"
    for line in step.body.splitlines():
        yield f"      | {line}"
    if step.code or step.message:
        yield f"   {word['read_as']}: {' '.join(part for part in (step.code, step.message) if part)}"
    yield f"   {word['outcome']}: {step.outcome.in_(language)}; {step.decided_by.in_(language)}"
