"""What others put on their pages: a small script, and a frame."""

from collections.abc import Callable
from pathlib import Path

from statuspage.public.publish.manifest import POINTER, manifest_in
from statuspage.public.serve.server import SnapshotServer
from tests.support.public_rows import World, make_incident
from tests.support.wsgi import ask


def answer(folder: Path, path: str) -> tuple[dict[str, str], str]:
    """Headers and body that the app would send."""
    made = manifest_in(folder / POINTER)
    assert made is not None
    found = ask(SnapshotServer(lambda environ, start: [], folder, clock=lambda: made.at), path)
    return found.headers, found.body.decode()


def test_widget_is_small_and_open_to_all_when_published(world: World, published: Callable[[], Path]) -> None:
    headers, body = answer(published().parent, "/widget.js")

    assert len(body.encode()) <= 3072
    assert headers["Content-Type"].startswith("text/javascript")
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "max-age=60" in headers["Cache-Control"]
    assert "cookie" not in body.lower()


def test_frame_says_the_verdict_and_may_be_embedded_when_an_outage_is_on(
    world: World, published: Callable[[], Path]
) -> None:
    make_incident(world)

    headers, body = answer(published().parent, "/en/embed/")

    assert "Fenfu" in body
    assert 'class="t-outage"' in body
    assert "<script" not in body
    assert headers["Refresh"] == "60"
    assert "frame-ancestors" not in headers["Content-Security-Policy"]


def test_page_itself_may_not_be_framed_when_published(world: World, published: Callable[[], Path]) -> None:
    headers, _ = answer(published().parent, "/en/")

    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
