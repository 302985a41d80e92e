"""Makes of what was published what may be said of it once it is too old; knows no Django."""

import re

HIDDEN = b'id="stale" class="stale" hidden'
SHOWN = b'id="stale" class="stale"'
HEADLINE = re.compile(rb'(<span id="saying" data-last="([^"]*)">)')
TONE = re.compile(rb'(<section id="verdict" class="verdict t-)[a-z_]+')
ICON = re.compile(rb'(<link rel="icon"[^>]* href=")[^"]*(" data-unknown="([^"]*)")')
BADGE = re.compile(rb'(<span class="badge">.*?#i-)[a-z_]+(.*?</span>)', re.DOTALL)
KNOWN = b'"x_unknown":false'
UNKNOWN = b'"x_unknown":true'


def aged(body: bytes) -> bytes:
    """A page with its warning, that no longer claims to know in headline, title and icon; or such JSON."""
    body = body.replace(HIDDEN, SHOWN, 1).replace(KNOWN, UNKNOWN, 1)
    said = HEADLINE.search(body)
    if said is None:
        return body
    last = said[2]
    body = HEADLINE.sub(lambda found: found[1] + b'<span class="last">' + last + b" </span>", body, count=1)
    body = TONE.sub(rb"\1unknown", body, count=1)
    body = BADGE.sub(rb"\1unknown\2", body, count=1)
    body = ICON.sub(rb"\1\3\2", body, count=1)
    for opening in (
        b"<title>",
        b'<meta property="og:title" content="',
        b'<meta name="description" content="',
    ):
        body = body.replace(opening, opening + last + b" ", 1)
    return body
