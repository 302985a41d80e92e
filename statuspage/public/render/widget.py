"""Publishes the script that shows the state on other people's pages, under an address that never changes."""

from collections.abc import Iterator
from functools import partial

from statuspage.public.assets import assets
from statuspage.public.headers import Kind
from statuspage.public.read.values import Snapshot
from statuspage.public.render.drafts import Draft


def widget_drafts(snapshot: Snapshot) -> Iterator[Draft]:
    """``/widget.js``: it reads the badges and the age of the page, so it is the same for every snapshot."""
    script = assets()["widget"]
    yield Draft(
        path="/widget.js",
        content_type=script.content_type,
        key=script.path,
        kind=Kind.FEED,
        make=partial(bytes, script.body),
    )
