from collections.abc import Collection
from datetime import UTC, datetime

import pytest

from probes.listening.fetching.fetch import Fetcher, FetchError, NotYetError
from probes.listening.pages.pages import read_page
from probes.listening.scrape import Visit, visit
from probes.listening.sources import source_spec
from tests.support.websites import Answer, Asked, Website, website

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def page(*numbers: int, more: str = "") -> Answer:
    items = "".join(f"<li id=n{number}><p>分付付不了 {number}</p></li>" for number in numbers)
    link = f'<a class=next href="{more}">more</a>' if more else ""
    return Answer(f"<ul>{items}</ul>{link}".encode())


def look(site: Website, *, known: Collection[str] = (), pages: int = 5) -> Visit:
    options = {"item": "li", "text": "p", "id": "@id", "next": ".next", "delay_seconds": 0, "pages": pages}
    spec = source_spec(slug="forum", kind="html", url=f"{site.url}/one", options=options)
    stored: set[str] = set()
    if known:
        everything = visit(spec, build_fetcher(), lambda ids: set(), read=read_page, now=NOW)
        stored = {post.id for post in everything.posts if post.text.split()[-1] in known}
        site.asked.clear()
    return visit(spec, build_fetcher(), lambda ids: stored & set(ids), read=read_page, now=NOW)


def build_fetcher() -> Fetcher:
    return Fetcher(agent="Fogbreak/1", private_hosts=["127.0.0.1"])


def numbers_of(found: Visit) -> list[str]:
    return [post.text.split()[-1] for post in found.posts]


def test_visit_gives_all_posts_oldest_first_when_nothing_is_known() -> None:
    with website(one=page(4, 3, more="/two"), two=page(2, 1)) as site:
        found = look(site)

    assert numbers_of(found) == ["1", "2", "3", "4"]


def test_visit_reads_one_page_when_its_last_post_is_known() -> None:
    with website(one=page(4, 3, more="/two"), two=page(2, 1)) as site:
        found = look(site, known={"3", "2", "1"})

        assert numbers_of(found) == ["4"]
        assert site.paths() == ["/one"]


def test_visit_reads_on_after_a_gap_when_only_a_pinned_post_is_known() -> None:
    with website(one=page(9, 4, 3, more="/two"), two=page(2, 1)) as site:
        found = look(site, known={"9", "1"})

    assert numbers_of(found) == ["2", "3", "4"]


def test_visit_counts_a_post_once_when_it_slips_to_the_next_page_meanwhile() -> None:
    with website(one=page(3, 2, more="/two"), two=page(2, 1)) as site:
        found = look(site)

    assert sorted(numbers_of(found)) == ["1", "2", "3"]


@pytest.mark.parametrize("more", ["/one", "/two"], ids=["to itself", "in a circle"])
def test_visit_ends_when_pages_lead_back(more: str) -> None:
    with website(one=page(2, more=more), two=page(1, more="/one")) as site:
        found = look(site, pages=50)

    assert found.pages <= 2


def test_visit_ends_at_its_limit_when_pages_never_end() -> None:
    def endless(asked: Asked) -> Answer:
        number = int(asked.path.rpartition("=")[2] if "=" in asked.path else 0)
        return page(number, more=f"/one?p={number + 1}")

    with website(one=endless, **{f"one?p={number}": endless for number in range(9)}) as site:
        found = look(site, pages=4)

    assert found.pages == 4


def test_visit_fails_as_a_whole_when_a_later_page_fails_for_now() -> None:
    with (
        website(one=page(2, 1, more="/two"), two=Answer(status=503)) as site,
        pytest.raises(FetchError, match="HTTP 503"),
    ):
        look(site)


def test_visit_keeps_what_it_read_when_a_later_page_is_gone_for_good() -> None:
    with website(one=page(2, 1, more="/two"), two=Answer(status=404)) as site:
        found = look(site)

    assert numbers_of(found) == ["1", "2"]
    assert found.problems == ("page 2: HTTP 404",)
    assert found.cut_short


def test_visit_fails_when_the_first_page_does() -> None:
    with website(one=Answer(status=500)) as site, pytest.raises(FetchError, match="HTTP 500"):
        look(site)


def test_visit_goes_on_with_what_was_fetched_when_its_next_turn_is_far_off() -> None:
    hours = [0.0]
    fetcher = Fetcher(agent="Fogbreak/1", private_hosts=["127.0.0.1"], clock=lambda: hours[0])
    options = {"item": "li", "text": "p", "id": "@id", "next": ".next", "delay_seconds": 60}
    with website(one=page(4, 3, more="/two"), two=page(2, 1)) as site:
        spec = source_spec(slug="forum", kind="html", url=f"{site.url}/one", options=options)
        with pytest.raises(NotYetError) as caught:
            visit(spec, fetcher, lambda ids: set(), read=read_page, now=NOW)
        hours[0] += caught.value.wait_s

        found = visit(spec, fetcher, lambda ids: set(), read=read_page, now=NOW)

        assert numbers_of(found) == ["1", "2", "3", "4"]
        assert site.paths() == ["/one", "/two"]
