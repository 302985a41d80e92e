"""Turns a post into the form in which it may be kept: nothing in it names a person."""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urlsplit

from probes.listening.privacy.redaction import CUT, redact
from probes.listening.reading.symptoms import read_text
from probes.listening.sources import LONGEST_POST, ScrapedPost
from probes.vocabulary.symptoms import Product

WATCHED = (Product.FENFU, Product.WECHAT_PAY)
# Characters of an author's name that are cut from the text wherever they stand.
SHORTEST_NAME = 3
_NUMERIC_HOST = re.compile(r"[\d.]+|[\da-f:]*:[\da-f:.]*")
_POST_KEY = re.compile(r"(?<=[^/])/(?=[\w\-]*[a-zA-Z])[\w\-]{12,}(?=[/?#]|$)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPost:
    """What is kept of a post. ``url`` is empty where it might lead to a person."""

    key: str
    author: str
    text: str
    url: str


def kept(post: ScrapedPost, *, source: str, secret: str, now: datetime) -> KeptPost:
    """The post of a source, by its slug, as it may be kept; ``secret`` keys what stands for ids and names."""
    return KeptPost(
        key=post_key(source=source, post=post.id, secret=secret),
        author=author_hash(source=source, author=post.author, secret=secret, now=now),
        text=redacted(post)[:LONGEST_POST],
        url=post.url if _names_nobody(post) else "",
    )


def author_hash(*, source: str, author: str, secret: str, now: datetime) -> str:
    """A name for an author that holds for a day and tells nothing: keyed, and another one tomorrow."""
    return _keyed(f"author:{secret}", f"{now:%Y-%m-%d}", source, author)[:16] if author else ""


def post_key(*, source: str, post: str, secret: str) -> str:
    """The id under which a post is stored: keyed, as it may be made of what its author is called and says."""
    return _keyed(f"post:{secret}", source, post)[:32]


def redacted(post: ScrapedPost) -> str:
    """The text of a post without personal data, its author's name first of all."""
    text, name = post.text, post.author
    # Who is called like the product is no person, and it must stay named.
    if read_text(name).product in WATCHED:
        return redact(text)
    if len(name) >= SHORTEST_NAME:
        text = re.sub(re.escape(name), CUT, text, flags=re.IGNORECASE)
    elif name:  # two characters may be any word, but not before what is said
        text = re.sub(rf"^{re.escape(name)}(?=\s*(?:[:：]|说|說))", CUT, text)
    return redact(text)


def _keyed(key: str, *parts: str) -> str:
    message = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hmac.digest(key.encode(), message, "sha256").hex()


def _names_nobody(post: ScrapedPost) -> bool:
    """Whether a post's address may be kept: a host that is a number and the post's key name nobody."""
    parts = urlsplit(post.url)
    host = parts.hostname or ""
    shown = post.url.replace(parts.netloc, "host.example", 1) if _NUMERIC_HOST.fullmatch(host) else post.url
    shown = _POST_KEY.sub("/key", shown)
    named = len(post.author) >= SHORTEST_NAME and post.author.lower() in unquote(post.url).lower()
    return not named and redact(shown) == shown
