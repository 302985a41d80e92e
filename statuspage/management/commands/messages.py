"""Collects every text that a user may see, and writes or checks its Chinese translation."""

from argparse import ArgumentParser
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation.template import templatize

LAZY = ("gettext", "ngettext", "pgettext", "npgettext")
LOCALE = "zh_Hans"
DOMAIN = Path(LOCALE) / "LC_MESSAGES"
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_noop": None,
    **{f"{name}_lazy": DEFAULT_KEYWORDS[name] for name in LAZY},
}


class Command(BaseCommand):
    """``messages`` writes the catalog, ``--check`` fails where something is missing, fuzzy or stale."""

    help = "Collect translatable texts into statuspage/locale, or check that none is missing, fuzzy or stale."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Change nothing; fail where something is amiss"
        )

    def handle(self, *args: object, **options: object) -> None:
        folder = Path(settings.LOCALE_PATHS[0]) / DOMAIN
        template = collect(Path(settings.BASE_DIR))
        stored = read(folder / "django.po")
        if options["check"]:
            problems = [*faults(template, stored), *stale(stored, folder)]
            if problems:
                raise CommandError("Translations:\n  " + "\n  ".join(problems))
            self.stdout.write(f"{len(template)} texts, all in Chinese and English.")
            return
        stored.update(template, no_fuzzy_matching=True)
        stored.obsolete.clear()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "django.po").write_bytes(as_po(stored))
        (folder / "django.mo").write_bytes(as_mo(stored))
        # What Django's own scripts in the admin say: written by hand, only compiled here.
        (folder / "djangojs.mo").write_bytes(as_mo(read(folder / "djangojs.po")))
        missing = faults(template, stored)
        self.stdout.write("\n".join([f"{len(template)} texts.", *missing]))


def collect(base: Path) -> Catalog:
    """Every text marked for translation in the site's modules and templates."""
    catalog = Catalog(locale=None)
    for file, source in _sources(base):
        for line, message, comments, context in extract(
            "python", BytesIO(source.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"}
        ):
            catalog.add(
                message,
                locations=[(str(file.relative_to(base)), line)],
                auto_comments=comments,
                context=context,
            )
    return catalog


def _sources(base: Path) -> Iterator[tuple[Path, str]]:
    for file in sorted((base / "statuspage").rglob("*.py")):
        yield file, file.read_text(encoding="utf-8")
    for file in sorted((base / "templates").rglob("*.html")):
        marked = templatize(file.read_text(encoding="utf-8"), origin=str(file))
        yield file, "\n".join(line.lstrip() for line in marked.splitlines())


def read(file: Path) -> Catalog:
    """The stored catalog; an empty one where there is none yet."""
    if not file.exists():
        return Catalog(locale=LOCALE, project="Fogbreak")
    with file.open("rb") as stream:
        return read_po(stream, locale=LOCALE)


def faults(template: Catalog, stored: Catalog) -> list[str]:
    """What is missing, fuzzy, wrongly filled in or no longer used."""
    problems = []
    for message in template:
        if not message.id:
            continue
        first = _first(message.id)
        known = stored.get(first, message.context)
        if known is None or not _is_complete(known.string or ""):
            problems.append(f"missing: {first!r}")
        elif known.fuzzy:
            problems.append(f"fuzzy: {first!r}")
        else:
            problems += [f"{error}: {first!r}" for error in known.check(stored)]
    wanted = {(_first(message.id), message.context) for message in template}
    problems += [
        f"no longer used: {_first(message.id)!r}"
        for message in stored
        if message.id and (_first(message.id), message.context) not in wanted
    ]
    return problems


def _first(identifier: str | list[str] | tuple[str, ...]) -> str:
    return identifier if isinstance(identifier, str) else identifier[0]


def _is_complete(text: str | list[str] | tuple[str, ...]) -> bool:
    return bool(text) and all(text if not isinstance(text, str) else [text])


def stale(stored: Catalog, folder: Path) -> list[str]:
    """Which compiled forms are not those of their catalogs."""
    compiled = {"django": as_mo(stored), "djangojs": as_mo(read(folder / "djangojs.po"))}
    return [
        f"{name}.mo is not that of {name}.po: run manage.py messages"
        for name, expected in compiled.items()
        if not (folder / f"{name}.mo").exists() or (folder / f"{name}.mo").read_bytes() != expected
    ]


def as_po(catalog: Catalog) -> bytes:
    """The catalog as text, in an order that does not move with the code."""
    stream = BytesIO()
    write_po(stream, catalog, no_location=True, sort_output=True, omit_header=False, width=100)
    return stream.getvalue()


def as_mo(catalog: Catalog) -> bytes:
    """The catalog as Django reads it."""
    stream = BytesIO()
    write_mo(stream, catalog)
    return stream.getvalue()
