"""The page is old, missing, or not what the public address answers."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from pytest_django import Settings

from statuspage.doctor import page
from statuspage.doctor.findings import Finding
from statuspage.monitoring.models import Progress
from statuspage.public.headers import HEADERS, Kind
from statuspage.public.publish.manifest import POINTER
from statuspage.public.publish.publisher import write
from statuspage.public.read.snapshot import build
from statuspage.public.serve.server import SnapshotServer
from statuspage.wording import doctor as words
from tests.support.wsgi import serving

HOUR = timedelta(hours=1)


def said(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.level.value, finding.where) for finding in findings]


def _nothing_else(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    start_response("404 Not Found", [])
    return []


@pytest.mark.django_db
def test_page_is_examined_as_readers_get_it_when_it_is_published(settings: Settings, tmp_path: Path) -> None:
    settings.SNAPSHOT_DIR = tmp_path
    assert said(list(page.examine_page())) == [("error", str(tmp_path))]
    write(build(datetime.now(tz=UTC)), tmp_path)

    with serving(SnapshotServer(_nothing_else, tmp_path)) as port:
        settings.SITE_URL = f"http://127.0.0.1:{port}"
        served = list(page.examine_page())
        elsewhere = list(page.answered(f"http://127.0.0.1:{port}/nowhere", datetime.now(tz=UTC)))

    assert served == []
    assert said(elsewhere) == [("error", f"{settings.SITE_URL}/nowhere{page.ASKED}")]
    assert said(list(page.examine_page())) == [("warning", settings.SITE_URL)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("made_s", "known_s", "is_old"), [(30, 125, True), (30, 90, False), (30, 900, False)]
)
def test_page_is_told_by_what_it_knows_when_it_was_made_later(
    settings: Settings, tmp_path: Path, made_s: int, known_s: int, is_old: bool
) -> None:
    settings.SNAPSHOT_DIR, settings.SITE_URL = tmp_path, "http://127.0.0.1:1"
    now = datetime.now(tz=UTC)
    made, known = now - timedelta(seconds=made_s), now - timedelta(seconds=known_s)
    Progress.objects.update_or_create(pk=1, defaults={"concluded_until": known})
    write(build(made), tmp_path)
    headers = dict.fromkeys((name.lower() for name, _ in HEADERS[Kind.API]), "x")
    body = (tmp_path / POINTER / page.ASKED.lstrip("/")).read_bytes()

    found = [finding for finding in page.examine_page() if finding.where == str(tmp_path)]
    answered = list(page.read("https://pay.test", 200, headers, body, now))

    assert [bool(found), bool(answered)] == [is_old, is_old]


def test_answer_is_told_when_it_is_old_or_lacks_the_headers_that_are_published() -> None:
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    body = b'{"page": {"updated_at": "2026-03-02T11:00:00Z"}}'

    found = list(page.read("https://pay.test", 200, {"cache-control": "x"}, body, now))

    assert said(found) == [("error", "https://pay.test"), ("warning", "https://pay.test")]
    assert "11:00:00 UTC" in found[0].what.en
    assert "Content-Security-Policy" in found[1].what.en
    assert list(page.old("here", words.OLD_ANSWER, now, now)) == []
