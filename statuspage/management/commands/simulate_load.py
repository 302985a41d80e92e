"""`manage.py simulate_load`: makes an estate of a given size in an empty database, to measure with."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from probes.network.names import wire_url
from statuspage.demo.estate import Estate, make_estate
from statuspage.monitoring.models import Component, Probe


class Command(BaseCommand):
    help = (
        "Makes an estate of a given size in an empty database: components, and probes that all ask one "
        "address. `manage.py engine` or workers then watch it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--url", required=True, help="that every probe asks, such as http://127.0.0.1:8099"
        )
        parser.add_argument("--components", type=int, default=1000, help="(default: 1000)")
        parser.add_argument("--probes", type=int, default=4000, help="in all (default: 4000)")
        parser.add_argument("--interval", type=float, default=10.0, help="seconds (default: 10)")
        parser.add_argument("--timeout", type=float, default=5.0, help="seconds (default: 5)")
        parser.add_argument("--vantages", type=int, default=2, help="(default: 2)")
        parser.add_argument("--text", default="", help="that an answer must contain (default: what is usual)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEBUG or settings.DEMO):
            raise CommandError("set FOGBREAK_DEMO=1: what this makes belongs in no real site")
        for name in ("components", "probes", "interval", "timeout", "vantages"):
            if options[name] <= 0:
                raise CommandError(f"--{name} must be above 0, got {options[name]}")
        try:
            wire_url(options["url"])
        except ValueError as error:
            raise CommandError(f"--url: {error}") from error
        estate = Estate(
            components=options["components"],
            probes=options["probes"],
            interval_s=options["interval"],
            url=options["url"].rstrip("/"),
            vantages=options["vantages"],
            timeout_s=options["timeout"],
            text=options["text"],
        )
        with transaction.atomic():
            if Component.objects.exists() or Probe.objects.exists():
                raise CommandError(
                    "the database holds components or probes already: this fills empty ones only"
                )
            make_estate(estate)
        self.stdout.write(
            f"{estate.components} components, {estate.probes} probes every {estate.interval_s:g} s from "
            f"{estate.vantages} vantages: {estate.probes / estate.interval_s:g} checks a second"
        )
