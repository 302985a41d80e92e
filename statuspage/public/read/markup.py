"""Turns the Markdown that people write into HTML that is safe to show."""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt

from probes.vocabulary.bilingual import Bilingual

TAGS = {"p", "br", "strong", "em", "code", "pre", "ul", "ol", "li", "a", "blockquote", "h3", "h4", "hr", "s"}
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("strikethrough")


def html_of(text: Bilingual) -> Bilingual:
    """Sanitised HTML: no images, no raw HTML, links only to http, https and mailto."""
    return Bilingual(_html(text.zh), _html(text.en))


# The same texts are shown by each publication.
@lru_cache(2048)
def _html(markdown: str) -> str:
    if not markdown.strip():
        return ""
    return nh3.clean(
        _markdown.render(markdown),
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow",
    )
