"""manage.py doctor: says what is wrong with the site as it stands, each with what to do."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from django.core.management.base import BaseCommand

from statuspage.doctor.findings import Finding, Level
from statuspage.doctor.round import examine
from statuspage.wording.doctor import LEVEL_WORDS, LINE, NOTHING_FOUND

# A database that does not answer is told of soon; psycopg reads it.
CONNECT_WITHIN_S = "5"


class Command(BaseCommand):
    help = (
        "Examine the site as it stands and say what is wrong, one finding a line, with what to do; changes "
        "nothing. Exit status: 0 nothing is wrong, 1 warnings alone, 2 errors."
    )
    # It tells of them itself, and must come to that.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--language", choices=("zh", "en"), default="en", help="of what is said (en)")
        parser.add_argument("--json", action="store_true", help="a JSON array of findings instead of lines")

    def handle(self, *args: Any, language: str, json: bool, **options: Any) -> None:
        os.environ.setdefault("PGCONNECT_TIMEOUT", CONNECT_WITHIN_S)
        findings = sorted(examine(), key=lambda finding: list(Level).index(finding.level))
        if json:
            self.stdout.write(as_json(findings, language))
        else:
            for line in lines_of(findings, language):
                self.stdout.write(line)
        self.stdout.flush()
        sys.stderr.flush()
        # An examination that hangs must not hold the process.
        os._exit(status_of(findings))


def status_of(findings: Iterable[Finding]) -> int:
    """The exit status: that of the worst finding."""
    return max(({Level.WARNING: 1, Level.ERROR: 2}[finding.level] for finding in findings), default=0)


def lines_of(findings: Iterable[Finding], language: str) -> Iterator[str]:
    """One line for each finding."""
    for finding in findings:
        word = LEVEL_WORDS[finding.level].say().in_(language)
        said = LINE.say(what=finding.what, to_do=finding.to_do).in_(language)
        yield f"{word:<8} {finding.area:<9} {finding.where}: {said}"
    if not findings:
        yield NOTHING_FOUND.say().in_(language)


def as_json(findings: Iterable[Finding], language: str) -> str:
    """The findings for programs."""
    rows = [
        {
            "level": finding.level,
            "area": finding.area,
            "where": finding.where,
            "what": finding.what.in_(language),
            "to_do": finding.to_do.in_(language),
        }
        for finding in findings
    ]
    return msgspec.json.format(msgspec.json.encode(rows)).decode()
