"""The page is old, missing, or not what the public address answers."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from pytest_django import Settings

from statuspage.doctor import page
from statuspage.doctor.findings import Finding
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


def test_answer_is_told_when_it_is_old_or_lacks_the_headers_that_are_published() -> None:
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    body = b'{"page": {"updated_at": "2026-03-02T11:00:00Z"}}'

    found = list(page.read("https://pay.test", 200, {"cache-control": "x"}, body, now))

    assert said(found) == [("error", "https://pay.test"), ("warning", "https://pay.test")]
    assert "11:00:00 UTC" in found[0].what.en
    assert "Content-Security-Policy" in found[1].what.en
    assert list(page.old("here", words.OLD_ANSWER, now, now)) == []
