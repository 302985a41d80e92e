import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from pytest_django import Settings

from statuspage.monitoring import sources
from statuspage.monitoring.models import Report, Source
from statuspage.monitoring.source_health import Health, source_healths
from statuspage.monitoring.trying import try_source
from tests.support.websites import Answer, Asked, website

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FORUM = """<html><meta charset="utf-8">
<div class=post data-id="p2"><b class=who>小明</b><p>分付付不了，一直转圈 电话13800138000</p>
<i>3分钟前</i><a href="/t/2">看</a></div>
<div class=post data-id="p1"><b class=who>小红</b><p>我这正常</p><i>昨天 23:10</i><a href="/t/1">看</a></div>
</html>"""


@pytest.fixture(autouse=True)
def _local(settings: Settings) -> Iterator[None]:
    settings.SCRAPE_PRIVATE_HOSTS = ["127.0.0.1"]
    sources.fetcher.cache_clear()
    yield
    sources.fetcher.cache_clear()


def build_source(url: str, kind: str = "html", **options: Any) -> Source:
    defaults = {
        "html": {"item": ".post", "text": "p", "time": "i", "author": ".who", "link": "a", "id": "@data-id"}
    }
    return Source.objects.create(
        slug=f"src-{Source.objects.count()}",
        name_zh="论坛",
        name_en="Forum",
        kind=kind,
        url=url,
        options={"delay_seconds": 0, **defaults.get(kind, {}), **options},
    )


@pytest.mark.django_db
def test_scrape_source_stores_posts_without_personal_data_when_they_are_new() -> None:
    with website(forum=Answer(FORUM.encode())) as site:
        source = build_source(f"{site.url}/forum")

        scraped = sources.scrape_source(source_id=source.pk, now=NOW)

    assert (scraped.error, scraped.stored) == ("", 2)
    news = Report.objects.get(symptom="payment_failure")
    assert (news.product, news.published_at, news.at) == ("fenfu", NOW - timedelta(minutes=3), NOW)
    assert "13800138000" not in news.text
    assert "小明" not in news.author
    assert news.url == f"{site.url}/t/2"


@pytest.mark.django_db
def test_scrape_source_counts_nothing_twice_when_visited_again() -> None:
    with website(forum=Answer(FORUM.encode())) as site:
        source = build_source(f"{site.url}/forum")
        sources.scrape_source(source_id=source.pk, now=NOW)

        again = sources.scrape_source(source_id=source.pk, now=NOW + timedelta(minutes=1))

    assert (again.stored, again.seen) == (0, 2)
    assert Report.objects.count() == 2


@pytest.mark.django_db
def test_scrape_source_dates_an_old_post_by_its_writing_when_first_seen() -> None:
    with website(forum=Answer(FORUM.encode())) as site:
        source = build_source(f"{site.url}/forum")

        sources.scrape_source(source_id=source.pk, now=NOW)

    assert Report.objects.get(symptom="working").at == datetime(2026, 3, 1, 15, 10, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(Answer(b"<form><input type=password></form>"), "login page", id="login wall"),
        pytest.param(Answer(b""), "empty page", id="empty page"),
        pytest.param(Answer(b"<p>hello</p>"), "no element matches", id="another page"),
        pytest.param(Answer(FORUM.encode(), claimed_length=99999), "broke off after", id="half a page"),
        pytest.param(Answer(status=500), "HTTP 500", id="server error"),
        pytest.param(
            Answer(b"\x28\xb5\x2f\xfd\x04", headers={"Content-Encoding": "zstd"}),
            "cannot undo",
            id="unasked compression",
        ),
    ],
)
def test_scrape_source_shows_the_source_as_broken_when_its_page_is_not_what_it_was(
    answer: Answer, reason: str
) -> None:
    with website(forum=answer) as site:
        source = build_source(f"{site.url}/forum")

        sources.scrape_source(source_id=source.pk, now=NOW)

    source.refresh_from_db()
    assert reason in source.last_error
    assert (source.last_success_at, source.last_attempt_at) == (None, NOW)


@pytest.mark.django_db
def test_scrape_source_waits_as_long_as_asked_when_it_is_told_to_slow_down() -> None:
    with website(forum=Answer(status=429, headers={"Retry-After": "600"})) as site:
        source = build_source(f"{site.url}/forum")

        sources.scrape_source(source_id=source.pk, now=NOW)

    source.refresh_from_db()
    assert source.not_before == NOW + timedelta(minutes=10)
    assert sources.due_sources(now=NOW + timedelta(minutes=9)) == []
    assert sources.due_sources(now=NOW + timedelta(minutes=10)) == [source.pk]


@pytest.mark.django_db
def test_scrape_source_is_put_off_without_blame_when_its_host_wants_to_be_left_alone() -> None:
    robots = Answer(b"User-agent: *\nCrawl-delay: 60")
    with website(**{"robots.txt": robots, "forum": Answer(FORUM.encode())}) as site:
        source = build_source(f"{site.url}/forum")
        sources.fetcher().get(f"{site.url}/forum")

        scraped = sources.scrape_source(source_id=source.pk, now=NOW)

    source.refresh_from_db()
    assert (scraped.error, source.last_error) == ("", "")
    assert source.not_before
    assert timedelta(seconds=50) < source.not_before - NOW <= timedelta(seconds=60)


@pytest.mark.django_db
def test_scrape_source_joins_a_long_post_when_somebody_passes_it_on() -> None:
    long = "分付还款页面一直打不开，客服说系统没有问题，可是我换了三台手机都是这样，今天是最后还款日"
    page = (
        f'{{"data": [{{"id": 2, "t": "转发：{long}！！", "u": "b"}}, {{"id": 1, "t": "{long}", "u": "a"}}]}}'
    )
    with website(api=Answer(page.encode())) as site:
        source = build_source(f"{site.url}/api", "json", items="data", text="t", author="u", id="id")

        sources.scrape_source(source_id=source.pk, now=NOW)

    copy = Report.objects.get(text__startswith="转发")
    assert copy.repost_of is not None
    assert copy.repost_of.text == long


def json_page(*posts: tuple[int, str], next_url: str = "") -> Answer:
    rows = [{"id": number, "t": text, "u": f"u{number}"} for number, text in posts]
    return Answer(json.dumps({"data": rows, "next": next_url}).encode())


JSON_PLACES = {"items": "data", "text": "t", "author": "u", "id": "id", "next": "next"}


@pytest.mark.django_db
def test_scrape_source_keeps_what_was_first_said_when_a_post_is_edited_or_deleted() -> None:
    with website(api=json_page((3, "分付付不了了"), (2, "分付转圈"), (1, "微信支付崩了"))) as site:
        source = build_source(f"{site.url}/api", "json", **JSON_PLACES)
        sources.scrape_source(source_id=source.pk, now=NOW)
    with website(api=json_page((3, "已解决，谢谢"), (1, "微信支付崩了"))) as site:
        Source.objects.update(url=f"{site.url}/api")

        again = sources.scrape_source(source_id=source.pk, now=NOW + timedelta(minutes=1))

    assert (again.error, again.stored) == ("", 0)
    assert set(Report.objects.values_list("text", flat=True)) == {"分付付不了了", "分付转圈", "微信支付崩了"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "gap"),
    [pytest.param(None, False, id="first visit"), pytest.param(NOW, True, id="later visit")],
)
def test_scrape_source_tells_a_gap_when_the_limit_of_pages_ends_a_visit(
    before: datetime | None, gap: bool
) -> None:
    first = json_page((9, "分付付不了了"), next_url="/two")
    second = json_page((8, "分付转圈"), next_url="/three")
    with website(api=first, two=second, three=json_page((7, "微信支付崩了"))) as site:
        source = build_source(f"{site.url}/api", "json", pages=2, **JSON_PLACES)
        Source.objects.update(last_success_at=before)

        scraped = sources.scrape_source(source_id=source.pk, now=NOW + timedelta(hours=3))

    source.refresh_from_db()
    assert (scraped.stored, scraped.gap) == (2, gap)
    assert ("a gap" in source.last_error) is gap


@pytest.mark.django_db
def test_scrape_source_shows_the_source_as_broken_when_something_happens_that_nobody_thought_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OverflowError("date value out of range")

    monkeypatch.setattr(sources, "visit", fails)
    source = build_source("http://127.0.0.1:9/forum")

    scraped = sources.scrape_source(source_id=source.pk, now=NOW)

    source.refresh_from_db()
    assert "OverflowError: date value" in scraped.error
    assert source.last_error == scraped.error
    assert source_healths(NOW)[0].health is Health.BROKEN


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked_s", "waits"),
    [(86_400, timedelta(days=1)), (864_000, timedelta(days=2))],
    ids=["a day", "ten days: two are enough"],
)
def test_scrape_source_waits_for_days_when_a_site_asks_for_it(asked_s: int, waits: timedelta) -> None:
    with website(forum=Answer(status=503, headers={"Retry-After": str(asked_s)})) as site:
        source = build_source(f"{site.url}/forum")

        sources.scrape_source(source_id=source.pk, now=NOW)

    source.refresh_from_db()
    assert source.not_before == NOW + waits


@pytest.mark.django_db
def test_scrape_source_cuts_the_author_when_text_or_address_name_them() -> None:
    page = """<div class=post><b class=who>星辰大海</b><p>星辰大海 说：分付付不了，星辰大海很急</p>
    <a href="/u/%s/1">x</a></div>
    <div class=post><b class=who>小明</b><p>小明：小明白了，分付付不了</p>
    <a href="/t/fa74ad49ea46e39c1">x</a></div>
    <div class=post><b class=who>微信支付</b><p>微信支付付不了</p></div>"""
    page %= quote("星辰大海")
    with website(forum=Answer(page.encode())) as site:
        source = build_source(f"{site.url}/forum", time="", id="")

        sources.scrape_source(source_id=source.pk, now=NOW)

        stored = dict(Report.objects.order_by("text").values_list("text", "url"))
        assert stored == {
            "••• 说：分付付不了，•••很急": "",
            "•••：小明白了，分付付不了": f"{site.url}/t/fa74ad49ea46e39c1",
            "微信支付付不了": "",
        }


@pytest.mark.django_db
def test_scrape_source_stores_no_id_that_others_can_compute_when_a_post_has_none_of_its_own() -> None:
    with website(api=Answer(b'{"data": [{"t": "fenfu fails", "u": "anna"}]}')) as site:
        source = build_source(f"{site.url}/api", "json", items="data", text="t", author="u")

        sources.scrape_source(source_id=source.pk, now=NOW)

    assert Report.objects.get().external_id != sha256(b"anna\nfenfu fails").hexdigest()[:32]


@pytest.mark.django_db
def test_scrape_source_goes_on_telling_what_was_not_understood_when_the_page_is_unchanged() -> None:
    def answer(asked: Asked) -> Answer:
        if "if-none-match" in asked.headers:
            return Answer(status=304)
        return Answer(FORUM.replace("昨天 23:10", "neulich").encode(), headers={"ETag": '"a"'})

    with website(forum=answer) as site:
        source = build_source(f"{site.url}/forum")
        sources.scrape_source(source_id=source.pk, now=NOW)

        again = sources.scrape_source(source_id=source.pk, now=NOW + timedelta(minutes=1))

    source.refresh_from_db()
    assert again.unchanged
    assert "neulich" in source.last_error


@pytest.mark.django_db
def test_scrape_source_counts_the_items_that_it_skips_at_every_visit(client: Client) -> None:
    page = FORUM.replace("<p>我这正常</p>", "<p></p>").encode()
    with website(forum=Answer(page)) as site:
        source = build_source(f"{site.url}/forum")

        scraped = [sources.scrape_source(source_id=source.pk, now=NOW + timedelta(minutes=m)) for m in (0, 1)]
        tried = try_source(source, now=NOW)

    source.refresh_from_db()
    assert [visit.skipped for visit in scraped] == [1, 1]
    assert (source.skipped_items, tried.skipped) == (2, 1)
    assert source.last_error.startswith("1 items skipped; 1 not understood")
    metrics = client.get("/metrics").content.decode()
    assert f'fogbreak_source_items_skipped_total{{source="{source.slug}"}} 2.0' in metrics


@pytest.mark.django_db
def test_scrape_source_keeps_what_comes_later_when_every_item_has_the_same_guid() -> None:
    def feed(*titles: str) -> Answer:
        items = "".join(f"<item><title>{title}</title><guid>http://x/</guid></item>" for title in titles)
        return Answer(f"<rss><channel>{items}</channel></rss>".encode())

    answers = iter([feed("分付付不了", "扫码失败"), feed("又付不了了", "分付付不了", "扫码失败")])
    with website(feed=lambda asked: next(answers)) as site:
        source = build_source(f"{site.url}/feed", "rss")
        stored = [
            sources.scrape_source(source_id=source.pk, now=NOW + timedelta(minutes=m)).stored for m in (0, 1)
        ]

    assert stored == [2, 1]
