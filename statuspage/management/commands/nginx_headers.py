"""Writes the headers of published files into nginx' configuration, so that they are stated once."""

import re
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from statuspage.public.headers import HEADERS, PLACES, Kind

NAMES = tuple(dict.fromkeys(name for headers in HEADERS.values() for name, _ in headers))
MADE = "# Made by `manage.py nginx_headers`; what is sent is stated in statuspage/public/headers.py."
END = "# End of what is made."
PART = re.compile(rf"( *){re.escape(MADE)}\n(.*?) *{re.escape(END)}\n", re.DOTALL)


class Command(BaseCommand):
    """``nginx_headers`` rewrites its two parts of the file, ``--check`` fails where they are stale."""

    help = "Write the headers of published files into deploy/nginx.conf, or check that they are the same."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="Change nothing; fail where it would")

    def handle(self, *args: object, **options: object) -> None:
        file = Path(settings.BASE_DIR) / "deploy" / "nginx.conf"
        written = file.read_text(encoding="utf-8")
        made = with_headers(written)
        if made == written:
            return
        if options["check"]:
            raise CommandError(f"{file.name} sends other headers than the app: run manage.py nginx_headers")
        file.write_text(made, encoding="utf-8")


def with_headers(configuration: str) -> str:
    """The configuration with maps by kind as its first made part, and the headers as its second."""
    parts = iter((list(_maps()), [f"add_header {name} {_sent(name)};" for name in NAMES]))

    def made(found: re.Match[str]) -> str:
        lines = (MADE, *next(parts), END)
        return "".join(f"{found[1]}{line}\n" for line in lines)

    return PART.sub(made, configuration)


def _maps() -> Iterator[str]:
    places = {f"~{place}": kind.value for kind, place in PLACES.items()}
    yield from _map("$fogbreak_asked", "$fogbreak_kind", {"default": Kind.PAGE.value, **places})
    for name in NAMES:
        if len(set(_by_kind(name).values())) > 1:
            yield from _map("$fogbreak_kind", _variable(name), _but_for_pages(_by_kind(name)))


def _map(source: str, variable: str, values: Mapping[str, str]) -> Iterator[str]:
    yield f"map {source} {variable} {{"
    for match, value in values.items():
        yield f'    "{match}" "{value}";'
    yield "}"


def _by_kind(name: str) -> dict[str, str]:
    return {kind.value: dict(headers).get(name, "") for kind, headers in HEADERS.items()}


def _but_for_pages(values: Mapping[str, str]) -> dict[str, str]:
    """What pages get as the default, and what others get instead."""
    default = values[Kind.PAGE]
    return {"default": default} | {kind: value for kind, value in values.items() if value != default}


def _sent(name: str) -> str:
    """The header's value where it is the same for all kinds, otherwise the variable that has it."""
    first, *others = dict.fromkeys(_by_kind(name).values())
    return _variable(name) if others else f'"{first}"'


def _variable(name: str) -> str:
    return f"$fogbreak_{name.lower().replace('-', '_')}"
