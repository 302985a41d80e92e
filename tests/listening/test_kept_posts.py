"""What is kept of a post: nothing that names a person, and nothing that others can compute."""

from datetime import UTC, datetime, timedelta

import pytest

from probes.listening.privacy.posts import KeptPost, author_hash, kept
from probes.listening.sources import ScrapedPost

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
URL = "https://forum.example/t/1"


def kept_of(
    text: str = "分付付不了", author: str = "anna", url: str = URL, secret: str = "s" * 32
) -> KeptPost:
    post = ScrapedPost(id="1", text=text, author=author, published_at=None, url=url)
    return kept(post, source="forum", secret=secret, now=NOW)


@pytest.mark.parametrize(
    ("text", "author", "left"),
    [
        pytest.param("Anna: fenfu fails, says anna", "anna", "•••: fenfu fails, says •••", id="in any case"),
        pytest.param("小明：小明白了，付不了", "小明", "•••：小明白了，付不了", id="two characters"),
        pytest.param("微信支付付不了", "微信支付", "微信支付付不了", id="called like the product"),
        pytest.param("打我电话13812345678", "anna", "打我电话•••", id="a number in the text"),
    ],
)
def test_kept_post_names_no_author_when_the_text_does(text: str, author: str, left: str) -> None:
    assert kept_of(text, author).text == left


@pytest.mark.parametrize(
    ("url", "left"),
    [
        (URL, URL),
        ("http://127.0.0.1:8080/t/1", "http://127.0.0.1:8080/t/1"),
        ("https://forum.example/t/fa74ad49ea46e39c1", "https://forum.example/t/fa74ad49ea46e39c1"),
        ("https://forum.example/u/ANNA/1", ""),
        ("https://forum.example/t/1?phone=13812345678", ""),
    ],
    ids=[
        "plain",
        "a host that is a number",
        "the post's own key",
        "the author's name",
        "a number of a person",
    ],
)
def test_kept_post_has_no_address_when_it_leads_to_a_person(url: str, left: str) -> None:
    assert kept_of(url=url).url == left


def test_kept_post_has_other_keys_when_the_secret_is_another() -> None:
    ours, theirs = kept_of(secret="a" * 32), kept_of(secret="b" * 32)

    assert ours.key != theirs.key
    assert ours.author != theirs.author


def test_author_hash_is_another_when_the_day_or_the_source_is() -> None:
    asked = [("forum", NOW), ("forum", NOW + timedelta(days=1)), ("blog", NOW)]

    hashes = {author_hash(source=source, author="anna", secret="s", now=at) for source, at in asked}

    assert len(hashes) == 3
    assert author_hash(source="forum", author="anna", secret="s", now=NOW + timedelta(hours=2)) in hashes
    assert author_hash(source="forum", author="", secret="s", now=NOW) == ""
