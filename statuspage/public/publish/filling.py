"""Fills a shelf with the files of a snapshot: those whose key is the same are kept, the others are made."""

import hashlib
from collections.abc import Iterable
from functools import partial

import msgspec

from statuspage.ages import as_of
from statuspage.public.headers import Kind
from statuspage.public.languages import IN_ALL_SCRIPTS, LANGUAGES, Language
from statuspage.public.publish.build import build_id
from statuspage.public.publish.manifest import AGED, Entry
from statuspage.public.publish.shelf import Shelf, fingerprint
from statuspage.public.read.hours import HoursReader
from statuspage.public.read.incidents import read_incidents
from statuspage.public.read.planned import read_planned
from statuspage.public.read.values import Snapshot
from statuspage.public.render.drafts import MANY, Draft, Edition, Reads, digest
from statuspage.public.render.everything import drafts
from statuspage.public.render.fonts import known_faces
from statuspage.public.site import Site


class _File(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a draft: it has one in each language, and a second one of a page that ages."""

    path: str
    language: Language
    aged: bool


def fill(shelf: Shelf, snapshot: Snapshot, *, at_once: int) -> tuple[list[Entry], int]:
    """What is on the shelf in the end, and how many pages that can wait are still to be made.

    Of these only ``at_once`` are made; the others stay as they were, which is better than not at all.
    """
    keys = _Keys(snapshot.site)
    reads = _reads(snapshot)
    entries: list[Entry] = []
    waiting = 0
    for draft in drafts(snapshot):
        key, files = keys.key_of(draft), _files_of(draft, snapshot.site)
        due = [file for file in files if key is None or _key_before(file, shelf) != key]
        if draft.can_wait and due:
            waiting += 1
        if due and not (draft.can_wait and waiting > at_once):
            page = draft.later(reads) if draft.later else draft.page
            entries += [_make(draft, page, file, key, shelf, snapshot) for file in due]
            files = [file for file in files if file not in due]
        entries += _kept(files, shelf)
    return entries, max(0, waiting - at_once)


def _reads(snapshot: Snapshot) -> Reads:
    slugs = [component.slug for component in snapshot.components]
    # Where there are many, only a few pages are due at a time.
    hours = HoursReader(snapshot.at, slugs if len(slugs) <= MANY else ())
    return Reads(
        incidents=partial(read_incidents, withheld=snapshot.withheld), planned=read_planned, hours=hours.of
    )


class _Keys:
    """The key of a draft's files follows from everything that they come from: nobody lists what is shown."""

    def __init__(self, site: Site) -> None:
        self._seed = digest(build_id(), site, known_faces())
        self._page: object = None
        self._shown = b""

    def key_of(self, draft: Draft) -> str | None:
        """One for all files of a draft, as their paths tell them apart; None where they are always made."""
        if not draft.lasts:
            return None
        if draft.page is not self._page:
            # Several drafts in a row show the same, as the three forms of a feed do.
            self._page, self._shown = draft.page, digest(draft.page)
        told = self._seed + self._shown + draft.form.name.encode()
        return hashlib.blake2b(told, digest_size=16).hexdigest()


def _files_of(draft: Draft, site: Site) -> list[_File]:
    in_both = draft.languages == LANGUAGES
    languages = IN_ALL_SCRIPTS if site.has_traditional and in_both else draft.languages
    return [
        _File(path=f"{AGED if aged else ''}{language.root}{draft.path}", language=language, aged=aged)
        for aged in ((False, True) if draft.ages else (False,))
        for language in languages
    ]


def _key_before(file: _File, shelf: Shelf) -> str | None:
    before = shelf.known.get(file.path)
    return before.key if before else None


def _kept(files: Iterable[_File], shelf: Shelf) -> list[Entry]:
    found = [shelf.known[file.path] for file in files if file.path in shelf.known]
    for entry in found:
        shelf.keep(entry)
    return found


def _make(
    draft: Draft, page: object, file: _File, key: str | None, shelf: Shelf, snapshot: Snapshot
) -> Entry:
    edition = Edition(
        site=snapshot.site,
        language=file.language,
        path=draft.path,
        at=snapshot.at,
        as_of=as_of(snapshot.at, snapshot.known_until),
        aged=file.aged,
    )
    body = draft.form.render(page, edition)
    etag, before = fingerprint(body), shelf.known.get(file.path)
    if before and before.etag == etag and before.kind is draft.form.kind:
        shelf.keep(before)
        return msgspec.structs.replace(before, key=key)
    return Entry(
        path=file.path,
        content_type=draft.form.content_type,
        kind=draft.form.kind,
        etag=etag,
        key=key,
        modified=snapshot.at,
        encodings=shelf.put(file.path, body, lasting=draft.form.kind is Kind.ASSET),
    )
