"""Runs the live detector on recorded traces and writes what it would have published, and when."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from probes.vocabulary.traces import TraceError
from statuspage.analysis.model import DetectorSettings
from statuspage.management.files import whole_file
from statuspage.replay.answers import Answers
from statuspage.replay.explain import explain
from statuspage.replay.plot import Drawing, read_truth
from statuspage.replay.run import replay
from statuspage.replay.series.reading import SeriesError
from statuspage.replay.series.run import replay_series
from statuspage.replay.traces import InputError, name_of, size_of


class Command(BaseCommand):
    help = (
        "Replay traces (JSON Lines, plain or gzipped; - reads standard input) through the live detector and "
        "write NAME.incidents.jsonl for each. No database is touched."
    )
    requires_system_checks: list[str] = []  # no database is needed

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("traces", nargs="*", metavar="TRACE", help="a trace; - reads standard input")
        parser.add_argument(
            "--out", type=Path, default=Path(), metavar="DIR", help="where to write; default: here"
        )
        parser.add_argument("--explain", action="store_true", help="print each incident's evidence")
        parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="draw the day (one trace)")
        parser.add_argument(
            "--counts",
            metavar="SERIES.csv",
            help="instead of a trace, a plain series with the columns time,good,bad or time,count",
        )
        parser.add_argument(
            "--target-false",
            type=float,
            default=DetectorSettings().target_false_per_component_90d,
            metavar="N",
            help="acceptable false confirmed incidents per component and 90 days (default %(default)s)",
        )
        parser.add_argument(
            "--caution",
            action="append",
            default=[],
            metavar="COMPONENT=FACTOR",
            help="divide that target by FACTOR for one component; may be repeated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        counts: str | None = options["counts"]
        if bool(options["traces"]) == bool(counts):
            raise CommandError("give one or more traces, or --counts SERIES.csv")
        sources: list[str] = options["traces"] or [counts]
        if options["plot"] and (counts or len(sources) != 1):
            raise CommandError("--plot draws one trace: give exactly one")
        names = [name_of(source) for source in sources]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise CommandError(f"two traces would both be written to {twice[0]}.incidents.jsonl")
        settings = _settings(options["target_false"], options["caution"])
        out: Path = options["out"]
        try:
            out.mkdir(parents=True, exist_ok=True)
            for source, name in zip(sources, names, strict=True):
                self._one(source, out / f"{name}.incidents.jsonl", settings, options)
        except (TraceError, InputError, SeriesError) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename or out}: {error.strerror}") from error

    def _one(self, source: str, target: Path, settings: DetectorSettings, options: dict[str, Any]) -> None:
        drawing = Drawing(name_of(source)) if options["plot"] else None
        with _bar(source) as bar:
            if options["counts"]:
                answers = replay_series(source, settings)
            else:
                answers = replay(
                    source,
                    settings,
                    on_catalog=drawing.begin if drawing else None,
                    watch=drawing.watch if drawing else None,
                    progress=lambda position: bar.update(position - bar.n),
                )
        with whole_file(target) as file:
            file.write(answers.lines())
        if drawing is not None:
            drawing.truth = read_truth(source)
            with whole_file(options["plot"]) as file:
                file.write(drawing.svg(answers.in_order()).encode())
        if options["explain"]:
            for line in explain(answers.in_order()):
                self.stdout.write(line)
        self._say(source, answers, target)

    def _say(self, source: str, answers: Answers, target: Path) -> None:
        verdicts = answers.in_order()
        confirmed = sum(1 for verdict in verdicts if verdict.confirmed_at is not None)
        self.stderr.write(
            f"{source}: {confirmed} confirmed, {len(verdicts) - confirmed} suspected -> {target}"
        )


def _bar(source: str) -> "tqdm[Any]":
    shown = sys.stderr.isatty()
    try:
        total = size_of(source)
    except OSError:
        total = None
    return tqdm(total=total, unit="B", unit_scale=True, desc=name_of(source), disable=not shown, leave=False)


def _settings(target: float, cautions: list[str]) -> DetectorSettings:
    if not target > 0:
        raise CommandError(f"--target-false: {target} is not above zero")
    chosen: dict[str, float] = {}
    for text in cautions:
        component, _, factor = text.partition("=")
        try:
            chosen[component] = float(factor)
        except ValueError:
            raise CommandError(f"--caution {text}: expected COMPONENT=FACTOR with a number") from None
        if not (component and chosen[component] > 0):
            raise CommandError(f"--caution {text}: expected COMPONENT=FACTOR with a number above zero")
    return DetectorSettings(target_false_per_component_90d=target, caution_by_component=chosen)
