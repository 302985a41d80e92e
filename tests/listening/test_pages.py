import json
from datetime import UTC, datetime
from typing import Any

import pytest

from probes.listening.pages.pages import read_page
from probes.listening.sources import PageError, PostsPage, SourceError, source_spec

NOW = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
HTML = {"item": ".p", "text": "p", "time": "time@datetime", "author": "b", "link": "a", "next": "a.next"}
JSON = {
    "items": "data.posts",
    "text": "text",
    "time": "at",
    "author": "user.name",
    "id": "id",
    "next": "next",
}
RSS = (
    "<rss><channel><item><title>分付付不了</title><guid>7</guid>"
    "<pubDate>Mon, 02 Mar 2026 04:00:00 GMT</pubDate></item></channel></rss>"
)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>a1</id><title>崩了</title>'
    '<content type="html">&lt;p&gt;分付崩了&lt;/p&gt;</content><updated>2026-03-02T04:00:00Z</updated>'
    "<author><name>anna</name></author><link href='/t/1'/></entry></feed>"
)


def read(
    body: str | bytes,
    kind: str = "html",
    options: dict[str, Any] | None = None,
    content_type: str = "text/html",
    **more: Any,
) -> PostsPage:
    spec = source_spec(
        slug="s",
        kind=kind,
        url="https://forum.example/list",
        options={"html": HTML, "json": JSON, "rss": {}}[kind] if options is None else options,
    )
    raw = body if isinstance(body, bytes) else body.encode()
    return read_page(spec, raw, content_type=content_type, url=spec.url, now=NOW, **more)


@pytest.mark.parametrize(
    ("charset", "content_type"),
    [
        pytest.param("gbk", "text/html; charset=gbk", id="GBK as declared"),
        pytest.param("gbk", "text/html; charset=utf-8", id="GBK declared as UTF-8"),
        pytest.param("gbk", "text/html", id="GBK undeclared"),
        pytest.param("utf-8", "text/html; charset=gb2312", id="UTF-8 declared as GB 2312"),
        pytest.param("utf-8-sig", "text/html; charset=iso-8859-1", id="UTF-8 with a mark"),
        pytest.param("utf-16", "text/html", id="UTF-16 with a mark"),
    ],
)
def test_read_page_reads_the_words_when_the_charset_is_declared_wrongly(
    charset: str, content_type: str
) -> None:
    body = (
        '<div class=p><p>分付付不了，一直转圈 &amp; 报错</p><time datetime="2026-03-02T12:00"></time></div>'
    )

    page = read(body.encode(charset), content_type=content_type)

    assert page.posts[0].text == "分付付不了，一直转圈 & 报错"
    assert page.posts[0].published_at == datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def test_read_page_spells_the_next_page_as_it_is_asked_for_when_it_is_not_ascii() -> None:
    page = read("<div class=p><p>x</p></div><a class=next href='/x y/?q=分付'>more</a>")

    assert page.next_url == "https://forum.example/x%20y/?q=%E5%88%86%E4%BB%98"


def test_read_page_follows_to_the_next_page_when_there_is_a_link() -> None:
    page = read("<div class=p><p>x</p><a href='/t/1'>y</a></div><a class=next href='?page=2'>more</a>")

    assert (page.posts[0].url, page.next_url) == (
        "https://forum.example/t/1",
        "https://forum.example/list?page=2",
    )


def test_read_page_says_what_it_did_not_understand_when_an_item_is_odd() -> None:
    page = read("<div class=p><p>好</p><time datetime='soon'></time></div><div class=p></div>")

    assert len(page.posts) == 1
    assert page.problems == ("item 1: time 'soon' not understood", "item 2: no text")


def test_read_page_reads_json_when_paths_lead_to_the_posts() -> None:
    body = {
        "data": {"posts": [{"id": 5, "text": "<b>崩了</b>", "at": 1772424000, "user": {"name": "a"}}]},
        "next": "?p=2",
    }

    page = read(json.dumps(body), "json")

    assert (page.posts[0].text, page.posts[0].author, page.next_url) == (
        "崩了",
        "a",
        "https://forum.example/list?p=2",
    )


@pytest.mark.parametrize(("feed", "text"), [(RSS, "分付付不了"), (ATOM, "分付崩了")], ids=["RSS", "Atom"])
def test_read_page_reads_a_feed_when_it_is_one(feed: str, text: str) -> None:
    page = read(feed, "rss")

    assert page.posts[0].text.endswith(text)
    assert page.posts[0].published_at == datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        pytest.param("<form><input type=password></form>", "html", "login page", id="login wall"),
        pytest.param("<p>nothing here</p>", "html", "no element matches", id="another page"),
        pytest.param("  ", "html", "empty page", id="empty page"),
        pytest.param("<html>", "json", "web page instead of JSON", id="web page for JSON"),
        pytest.param('{"data": 1}', "json", "no list at", id="JSON of another shape"),
        pytest.param('{"data": [', "json", "no JSON", id="half a JSON page"),
        pytest.param("[" * 100_000, "json", "no JSON", id="JSON nested without end"),
        pytest.param("<rss><channel>", "rss", "no feed", id="half a feed"),
        pytest.param('<!DOCTYPE x [<!ENTITY a "b">]><rss/>', "rss", "document type", id="entities in a feed"),
        pytest.param("<html><body/></html>", "rss", "a web page", id="web page for a feed"),
        pytest.param("<urlset><url/></urlset>", "rss", "root is <urlset>", id="another XML for a feed"),
    ],
)
def test_read_page_refuses_a_page_when_it_is_not_what_the_source_says(
    body: str, kind: str, reason: str
) -> None:
    with pytest.raises(PageError, match=reason):
        read(body, kind)


def test_source_spec_lists_every_mistake_when_a_source_is_described_wrongly() -> None:
    with pytest.raises(SourceError) as caught:
        source_spec(
            slug="s",
            kind="html",
            url="ftp://x",
            options={"item": ".p", "pages": "many", "colour": 1, "timezone": "Mars"},
        )

    message = str(caught.value)
    assert all(part in message for part in ("url", "text: missing", "pages", "colour: unknown key", "Mars"))


@pytest.mark.parametrize(
    ("body", "kind"),
    [('{"code": 401, "data": {"posts": []}}', "json"), ("<rss><channel></channel></rss>", "rss")],
    ids=["JSON", "RSS"],
)
def test_read_page_refuses_a_page_without_posts_when_its_source_may_not_be_empty(
    body: str, kind: str
) -> None:
    with pytest.raises(PageError, match=r"no element matches|no entry"):
        read(body, kind)


def test_read_page_drops_control_characters_when_a_post_holds_them() -> None:
    body = json.dumps({"data": {"posts": [{"text": "分付\0付不了\x08", "at": "2026-03-02 12:00"}]}})

    page = read(body, "json")

    assert page.posts[0].text == "分付 付不了"


def test_read_page_reads_big5_when_no_charset_is_declared() -> None:
    words = "分付付不了，綠色的圈一直轉，客服說系統維護，請問還有誰這樣？"

    page = read(f"<div class=p><p>{words}</p></div>".encode("big5hkscs"), content_type="text/html")

    assert page.posts[0].text == words


@pytest.mark.parametrize(
    ("reference", "read_as"),
    [
        pytest.param("&nbsp;", " ", id="a name of HTML"),
        pytest.param("&#8;", "", id="a control character"),
        pytest.param("&#x0;", "\ufffd", id="NUL"),
        pytest.param("&#xD800;", "\ufffd", id="half a surrogate pair"),
        pytest.param("&unheard;", "&unheard;", id="a name of nobody"),
        pytest.param("&amp;", "&", id="a name of XML"),
        pytest.param("&lt;", "<", id="what would be markup"),
    ],
)
def test_read_page_reads_a_feed_when_a_reference_is_none_of_xml(reference: str, read_as: str) -> None:
    page = read(f"<rss><channel><item><title>分付{reference}崩了</title></item></channel></rss>", "rss")

    assert page.posts[0].text == f"分付{read_as}崩了"


@pytest.mark.parametrize(
    "page",
    [
        "<div class=p><p><span class=b>" * 60_000,
        "<span>" * 60_000 + "<div class=p><p>x</p></div>",
        "".join(f"<x{n}>" for n in range(3000)) + "<div class=p><p>x</p></div>",
        "<a-b>" * 3000 + "<div class=p><p>x</p></div>",
        "<div/>" * 3000 + "<div class=p><p>x</p></div>",
    ],
    ids=[
        "items in items",
        "one item deep down",
        "each of another name",
        "names with a hyphen",
        "with slashes that end nothing",
    ],
)
def test_read_page_refuses_a_page_when_its_elements_are_nested_without_end(page: str) -> None:
    with pytest.raises(PageError, match="open at once"):
        read(page)


def test_read_page_reads_a_long_page_when_its_ends_of_elements_are_left_out() -> None:
    page = read("<div class=p><p>分付</p></div>" + "<p>x<br><li>y" * 20_000)

    assert page.posts[0].text == "分付"


def test_read_page_reads_a_page_when_it_draws_many_icons() -> None:
    icon = "<svg viewBox='0 0 9 9'>" + "<path d='M0 0h9'/>" * 10 + "</svg>"

    page = read(f"<div class=p>{icon}<p>分付</p></div>" * 300)

    assert page.posts[0].text == "分付"


@pytest.mark.parametrize("form", ["html", "json", "rss", "broken"])
def test_read_page_counts_the_items_that_it_does_not_read_when_there_are_very_many(form: str) -> None:
    bodies = {
        "html": "".join(f"<div class=p><p>分付 {n}</p></div>" for n in range(700)),
        "json": json.dumps({"data": {"posts": [{"text": f"分付 {n}", "id": n} for n in range(700)]}}),
        "rss": feed(*(item(f"分付 {n}") for n in range(700))),
        "broken": feed("<b>", *(item(f"分付 {n}") for n in range(700))),
    }
    page = read(bodies[form], "rss" if form == "broken" else form)

    assert (len(page.posts), page.skipped) == (500, 200)
    assert page.problems[-1] == "more than 500 items: only the first were read"


def test_read_page_reads_the_outermost_item_when_items_lie_within_one_another() -> None:
    inner = "<item><title>分付</title>" * 20_000 + "</item>" * 20_000

    page = read(f"<rss><channel>{inner}</channel></rss>", "rss")

    assert len(page.posts) == 1


def item(title: str, **fields: str) -> str:
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return f"<item><title>{title}</title>{inner}</item>"


def feed(*items: str) -> str:
    return f"<rss><channel>{''.join(items)}</channel></rss>"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        pytest.param(feed(item("A", guid="x"), item("B", guid="x")), "the id 'x' is that of", id="one guid"),
        pytest.param(feed(item("A", link="/"), item("B", link="/")), "the link", id="one link, no guid"),
        pytest.param(
            feed(item("A", guid="0", link="/t"), item("B", guid="0", link="/t")),
            "the link",
            id="both the same",
        ),
        pytest.param(
            feed(item("付不了", pubDate="2026-03-02 10:00"), item("付不了", pubDate="2026-03-02 10:05")),
            "",
            id="the same words at two times",
        ),
    ],
)
def test_read_page_keeps_every_post_when_ids_tell_nothing_apart(body: str, told: str) -> None:
    page = read(body, "rss")

    assert len({post.id for post in page.posts}) == 2
    assert page.skipped == 0
    assert told in " ".join(page.problems)
    assert bool(page.problems) is bool(told)


def test_read_page_knows_a_post_again_when_only_others_share_an_id() -> None:
    first = read(feed(item("A", guid="1"), item("B", guid="x"), item("C", guid="x")), "rss")
    then = read(feed(item("D", guid="9"), item("A", guid="1")), "rss")

    assert first.posts[0].id == then.posts[1].id


def test_read_page_takes_a_pinned_post_once_when_a_page_shows_it_twice() -> None:
    page = read(feed(item("A", guid="1"), item("B", guid="2"), item("A", guid="1")), "rss")

    assert [post.text for post in page.posts] == ["A", "B"]
    assert (page.skipped, page.problems) == (0, ())


@pytest.mark.parametrize(
    ("broken", "text", "mended"),
    [
        pytest.param(
            "<![CDATA[写 <!DOCTYPE html> 和 <!ENTITY a>]]>", "写 和", False, id="a document type in it"
        ),
        pytest.param("&lt;!DOCTYPE html&gt; 付不了", "付不了", False, id="an escaped one"),
        pytest.param("付不了\uffff呀", "付不了\ufffd呀", False, id="no character"),
        pytest.param("付不了&#xFFFF;呀", "付不了呀", False, id="a reference to none"),
        pytest.param("付不了&#55357;", "付不了\ufffd", False, id="a reference to half a character"),
        pytest.param("AT&T 付不了 & 报错&", "AT&T 付不了 & 报错&", False, id="bare ampersands"),
        pytest.param("a=1&b=2;付不了", "a=1&b=2;付不了", False, id="an address in it"),
        pytest.param("付不了<br>转圈", "付不了 转圈", True, id="HTML as it is"),
        pytest.param("付不了 <3 呀", "付不了", True, id="a smaller-than"),
        pytest.param("<x:y>付不了</x:y>", "付不了", True, id="an undeclared prefix"),
        pytest.param("<b>付不了</i>", "付不了", True, id="crossed elements"),
    ],
)
def test_read_page_keeps_the_other_items_when_one_of_a_feed_is_broken(
    broken: str, text: str, *, mended: bool
) -> None:
    page = read(feed(item("前一条", guid="1"), item(broken, guid="2"), item("后一条", guid="3")), "rss")

    assert (page.posts[0].text, page.posts[-1].text) == ("前一条", "后一条")
    assert text in page.posts[1].text
    assert bool(page.problems) is mended


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ("<br />\n<b>Warning</b>: mysql_connect() in /x.php on line 3<br />\n", "Warning"),
        ("\n\n  ", ""),
        ("\ufeff", ""),
        ('<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://x/rss-0.91.dtd">', ""),
        ("<!-- <!DOCTYPE x [ ]> --><?xml-stylesheet href='a'?>", ""),
        ("<!-- made for <html> readers -->", ""),
    ],
)
def test_read_page_reads_a_feed_when_something_stands_before_it(before: str, told: str) -> None:
    page = read(before + '<?xml version="1.0" encoding="utf-8"?>' + RSS, "rss")

    assert [post.text for post in page.posts] == ["分付付不了"]
    assert told in " ".join(page.problems)
    assert bool(page.problems) is bool(told)


def test_read_page_leaves_the_last_entry_for_later_when_a_feed_breaks_off_in_it() -> None:
    page = read("<rss><channel>" + item("A", guid="1") + "<item><title>B but only ha", "rss")

    assert [post.text for post in page.posts] == ["A"]
    assert "broken XML" in page.problems[0]


def test_read_page_mends_what_is_no_character_when_a_json_string_holds_it() -> None:
    body = (
        '{"data": {"posts": [{"text": "付不了 \\ud83d", "id": 1},'
        ' {"text": "好的 \\ud83d\\ude00", "id": "\\udc00"},'
        ' {"text": "x\\u0000y\\uffff", "id": 3}, {"text": "tab\there", "id": 4}]}}'
    )

    page = read(body, "json")

    assert [post.text for post in page.posts] == ["付不了 \ufffd", "好的 😀", "x y\ufffd", "tab here"]


def test_read_page_counts_what_it_skips_when_items_hold_no_text() -> None:
    page = read('{"data": {"posts": [{"text": "a", "id": 1}, {"id": 2}, null, 7]}}', "json")

    assert len(page.posts) == 1
    assert page.skipped == 3
    assert sum("no text" in problem for problem in page.problems) == 3
