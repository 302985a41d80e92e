"""Prints what "Is it just me?" answers to every combination, so that a person can read it through."""

from typing import Any

from django.core.management.base import BaseCommand

from statuspage.asking import answers
from statuspage.asking.table import AnswerRow, rows


class Command(BaseCommand):
    """Needs no database: the situations are examples."""

    help = 'Print what "Is it just me?" answers to every combination of answers, in both languages.'
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        situation = ""
        for row in rows():
            if row.situation != situation:
                situation = row.situation
                self.stdout.write(f"\n== {situation}")
            self.stdout.write(line_of(row))


def line_of(row: AnswerRow) -> str:
    """One combination on one line: answers, chances, and the sentence in both languages."""
    judgement = row.judgement
    chances = " ".join(f"{name} {chance:.0%}" for name, chance in judgement.chances[:2])
    first = answers.advice(judgement)[0].en
    sentence = answers.headline(judgement)
    guarded = " [+theft]" if answers.guard(judgement) else ""
    taps = f"{judgement.asked.happened}/{judgement.asked.said}"
    return f"{taps:20} {chances:38} {sentence.zh} | {sentence.en} | {first}{guarded}"
