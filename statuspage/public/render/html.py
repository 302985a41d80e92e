"""Makes HTML of a page's value: the frame around it, the language, and a tidy form."""

from collections.abc import Callable, Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from statuspage.public.frame import frame_of
from statuspage.public.headers import Kind
from statuspage.public.render.drafts import HTML, Edition, Form
from statuspage.public.render.pictures import link_of_now

Context = Mapping[str, object]


def html(template: str, context_of: Callable[[Any], Context], kind: Kind = Kind.PAGE) -> Form:
    """A form that renders ``template`` with what ``context_of`` makes of a page and nothing else.

    Its verdict is the page's own, and None on a page that lasts.
    """

    def render(page: Any, edition: Edition) -> bytes:
        context = context_of(page)
        frame = frame_of(
            edition.site, edition.language, edition.path, page.verdict, at=edition.at, as_of=edition.as_of
        )
        if page.verdict is not None:
            frame["picture"] = link_of_now(page.verdict, edition.site.name)
        with translation.override(edition.language.code):
            return tidy(render_to_string(template, {**frame, "aged": edition.aged, **context})).encode()

    return Form(name=template, content_type=HTML, kind=kind, render=render)


def tidy(html: str) -> str:
    """Without the indentation and empty lines that templates leave."""
    return "\n".join(stripped for line in html.splitlines() if (stripped := line.strip())) + "\n"
