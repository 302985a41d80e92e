"""Every parser of foreign bytes: how it is fed, from which seeds, and which errors it may raise."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from probes.instrument.catalog import parse_catalog
from probes.instrument.gateways.registry import DIALECTS
from probes.instrument.secrecy.echoes import Guarded
from probes.instrument.secrecy.scrubbing import scrubbed
from probes.listening.fetching.fetch import retry_after_s
from probes.listening.fetching.robots import read_robots
from probes.listening.notices import NoticeError, read_notices
from probes.listening.pages.pages import read_page
from probes.listening.pages.times import read_time
from probes.listening.privacy.redaction import redact
from probes.listening.reading.symptoms import read_text
from probes.listening.sources import PageError, SourceSpec, source_spec
from probes.network.bodies import Body, undone
from probes.network.charsets import decode
from probes.network.names import place_of, wire_url
from probes.tables import ProblemsError
from probes.vocabulary.traces import TraceError, read_trace
from statuspage.api import orders
from statuspage.asking.pasted import read_pasted
from tests.fuzz import answers, http
from tests.fuzz.seeds import seeds

NOW = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
MOST_UNDONE = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One parser. ``run`` raises what it may not; an input may take ``most_ms`` and ``most_ms_per_kb`` more.

    ``share`` of all inputs are its.
    """

    name: str
    run: Callable[[bytes], None]
    share: float = 1.0
    most_ms: float = 20.0
    most_ms_per_kb: float = 2.0

    @property
    def corpus(self) -> list[bytes]:
        return seeds(self.name)


def _page(kind: str, options: Mapping[str, object]) -> Callable[[bytes], None]:
    spec = _spec(kind, json.dumps(options))

    def read(data: bytes) -> None:
        with suppress(PageError):
            read_page(spec, data, content_type="text/html", url="https://forum.example/list", now=NOW)

    return read


@cache
def _spec(kind: str, options: str) -> SourceSpec:
    return source_spec(slug="s", kind=kind, url="https://forum.example/list", options=json.loads(options))


def _codings(data: bytes) -> None:
    coding = ("gzip", "deflate", "br", "gzip, br", "deflate, gzip, br", "utf-8")[len(data) % 6]
    found = undone(Body(content=data), coding, most=MOST_UNDONE)
    assert len(found.content) <= max(MOST_UNDONE, len(data)), coding


def _robots(data: bytes) -> None:
    rules = read_robots(data, agent="Fogbreak/1 (+https://status.example)")
    rules.allows("https://forum.example/list?q=分付")
    assert rules.delay_s >= 0


def _notices(data: bytes) -> None:
    with suppress(NoticeError):
        read_notices(data)


def _traces(data: bytes) -> None:
    with suppress(TraceError):
        for _ in read_trace(data.splitlines(keepends=True), "trace"):
            pass


def _catalogs(data: bytes) -> None:
    with suppress(ProblemsError):
        parse_catalog(data.decode("utf-8", "replace"), environ={})


_BODIES = (
    orders.NewIncident,
    orders.IncidentChange,
    orders.NewUpdate,
    orders.NewMaintenance,
    orders.MaintenanceChange,
    orders.NewAnnouncement,
    orders.AnnouncementChange,
)


def _api_bodies(data: bytes) -> None:
    body = _BODIES[len(data) % len(_BODIES)]
    # As django-ninja does: JSON first, and what is none is answered as such.
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return
    with suppress(ValidationError):
        body.model_validate(content)


def _names(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    for read in (wire_url, place_of):
        with suppress(ValueError):
            read(text)


def _scrubbing(data: bytes) -> None:
    text = data[:2000].decode("utf-8", "replace")
    cut = scrubbed(text, [Guarded("hush-hush-hush"), Guarded("4111111111111111")])
    assert "hush-hus" not in cut.lower()


def _text(read: Callable[[str], object]) -> Callable[[bytes], None]:
    return lambda data: (read(data.decode("utf-8", "replace")), None)[1]


def _dates(data: bytes) -> None:
    text = data.decode("latin-1")
    retry_after_s({"retry-after": text, "date": "Mon, 02 Mar 2026 04:30:00 GMT"})
    retry_after_s({"retry-after": "Mon, 02 Mar 2026 04:30:00 GMT", "date": text})


_HTML = {"item": ".p", "text": "p", "time": "time@datetime", "author": "b", "link": "a", "next": "a.next"}
_JSON = {
    "items": "data.posts",
    "text": "text",
    "time": "at",
    "author": "user.name",
    "id": "id",
    "next": "next",
}

TARGETS = (
    Target(name="html", run=_page("html", _HTML), share=0.7),
    Target(name="feeds", run=_page("rss", {})),
    Target(name="json", run=_page("json", _JSON)),
    Target(name="times", run=_text(lambda text: read_time(text, now=NOW, zone=ZONE)), share=1),
    Target(name="dates", run=_dates, share=1.5),
    Target(name="robots", run=_robots),
    Target(name="notices", run=_notices, share=2),
    Target(name="traces", run=_traces, share=2),
    Target(name="catalogs", run=_catalogs, share=0.03),
    Target(name="api-bodies", run=_api_bodies, share=1.5),
    Target(name="pasted", run=_text(read_pasted), share=0.03),
    Target(name="posts", run=_text(lambda text: read_text(text[:4000])), share=0.3),
    Target(name="redaction", run=_text(lambda text: redact(text[:4000])), share=0.4),
    Target(name="scrubbing", run=_scrubbing, share=0.4),
    Target(name="charsets", run=lambda data: (decode(data, "text/html; charset=gbk"), None)[1], share=2),
    Target(name="codings", run=_codings, share=0.7),
    Target(name="names", run=_names),
    Target(name="http", run=http.receive_all, share=1.5),
    *(Target(name=f"answers-{dialect}", run=answers.reader(dialect), share=0.5) for dialect in DIALECTS),
)
