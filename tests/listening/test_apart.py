"""Pages are read in processes that end when a page takes them too long, and that hold no secrets."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from probes.listening.pages.apart import Bounds, PageReader
from probes.listening.sources import PageError, PostsPage, source_spec

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SOUND = "<ul><li><p>分付付不了</p><time>2026-03-02 11:00</time></li></ul>".encode()
# A quoted ">" hides the attributes from whoever only looks for tags.
HEAVY = ('<ul><li x=">" ' + " ".join(f"a{n}" for n in range(60_000)) + "><p>x</p></li></ul>").encode()


def read(reader: PageReader, body: bytes) -> PostsPage:
    spec = source_spec(
        slug="forum",
        kind="html",
        url="https://forum.example/list",
        options={"item": "li", "text": "p", "time": "time"},
    )
    return reader.read(spec, body, content_type="text/html", url=spec.url, now=NOW)


def children() -> set[int]:
    own = Path(f"/proc/{os.getpid()}/task")
    lists = (task / "children" for task in own.iterdir())
    return {int(child) for children in lists for child in children.read_text().split()}


def test_a_page_is_read_as_it_is_in_our_own_process_when_it_is_sound() -> None:
    before = children()
    reader = PageReader(processes=1)

    (post,) = read(reader, SOUND).posts

    assert (post.text, post.published_at) == ("分付付不了", datetime(2026, 3, 2, 3, tzinfo=UTC))
    with pytest.raises(PageError, match="no element matches 'li'"):
        read(reader, b"<p>nothing</p>")
    (child,) = children() - before
    assert Path(f"/proc/{child}/environ").read_bytes() == b""
    reader.close()
    assert children() == before


def test_a_page_is_given_up_when_it_keeps_its_parser_busy() -> None:
    reader = PageReader(Bounds(cpu_s=1), processes=1)
    began = time.thread_time()

    with pytest.raises(PageError, match="takes more than 1 s of the processor"):
        read(reader, HEAVY)

    assert time.thread_time() - began < 0.5
    assert len(read(reader, SOUND).posts) == 1
    reader.close()


def test_a_page_is_given_up_when_it_takes_too_much_memory() -> None:
    reader = PageReader(Bounds(memory=200_000_000), processes=1)

    with pytest.raises(PageError, match=r"takes more memory|cannot be parsed|broke down"):
        read(reader, b"<hr>" * 1_000_000)

    assert len(read(reader, SOUND).posts) == 1
    reader.close()
