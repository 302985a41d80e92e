"""Words mails: text and HTML, with the headers by which programs thread them and unsubscribe."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr
from functools import lru_cache
from hashlib import blake2b
from html import escape

from probes.vocabulary.bilingual import NOTHING, Bilingual
from probes.vocabulary.telling import LetterKind, NewsKind
from statuspage.public.languages import IN_ALL_SCRIPTS, Language
from statuspage.public.read.markup import html_of
from statuspage.public.site import Site
from statuspage.subscribers.tokens import LinkPurpose, token_for
from statuspage.wording import subscribing as words
from statuspage.wording.one_language import note_on

LINE = "\r\n"
LONGEST_SUBJECT = 200
# Small, without anything from elsewhere; colours are those of the reader's program, so that dark stays dark.
STYLE = "font:16px/1.5 system-ui,sans-serif;max-width:38em;margin:0 auto;padding:8px"
SMALL = "font-size:13px;opacity:.75"
LINK_OF = {LetterKind.CONFIRM: "{confirm}", LetterKind.KNOWN: "{manage}"}
BUTTON = "display:inline-block;padding:10px 20px;border:1px solid;border-radius:99px;font-weight:600"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One piece of news as a mail tells it; ``subject`` names its story, ``key`` the news.

    ``heading`` is what a mail that tells it alone has as its subject; empty: the built-in words.
    """

    key: str
    kind: NewsKind
    subject: str
    title: Bilingual
    body: Bilingual
    link: str
    at: datetime
    heading: Bilingual = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """From whom to whom a mail goes; ``returns`` is where it comes back to if it cannot be delivered."""

    sender: str
    to: str
    returns: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailText:
    """What a mail says to everybody who gets the same: its subject and both of its forms.

    Where ``{manage}``, ``{stop}`` or ``{confirm}`` stands, a link of the one reader is put.
    """

    subject: str
    text: str
    html: str
    story: str  # by which mails are threaded
    name: str  # the same for all who get the same
    language: str


def news_text(items: Sequence[Item], *, of: Site, language_code: str, digest: bool = False) -> MailText:
    """A mail that tells ``items``, oldest first."""
    language, last = language_of(language_code), items[-1]
    site_name = of.name.in_(language_code)
    foot = _foot(of, language_code)
    text = "\n\n".join(_item_text(item, of, language) for item in items)
    html = "<hr>".join(_item_html(item, of, language) for item in items)
    return MailText(
        subject=_subject(items, site_name, language_code, digest=digest),
        text=f"{text}\n\n-- \n{foot.text}\n",
        html=_html(html + foot.html, language),
        story=last.subject,
        name="+".join(item.key for item in items),
        language=language.tag,
    )


def usual_heading(item: Item, of: Site) -> Bilingual:
    """The built-in subject of a mail that tells ``item`` alone."""
    return words.SUBJECT.say(site=of.name, title=item.title)


def letter_text(kind: LetterKind, *, of: Site, language_code: str, name: str) -> MailText:
    """What is written to one subscriber alone, with the link by which he goes on."""
    language, site_name = language_of(language_code), of.name.in_(language_code)
    said = _safe(words.LETTERS[kind].say(site=site_name).in_(language_code))
    label, link = words.LETTER_LINKS[kind].say().in_(language_code), LINK_OF[kind]
    button = f'<p><a style="{BUTTON}" href="{link}">{escape(label)}</a></p>'
    return MailText(
        subject=words.LETTER_SUBJECTS[kind].say(site=site_name).in_(language_code),
        text=f"{said}\n\n{words.LABELLED.say(label=label).in_(language_code)}\n{link}\n",
        html=_html(f"<p>{escape(said)}</p>{button}", language),
        story="",
        name=name,
        language=language.tag,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Foot:
    text: str
    html: str


def _foot(of: Site, language_code: str) -> _Foot:
    why = _safe(words.WHY.say(site=of.name.in_(language_code)).in_(language_code))
    change, stop = words.MANAGE.say().in_(language_code), words.STOP.say().in_(language_code)
    links = f'<a href="{{manage}}">{escape(change)}</a> · <a href="{{stop}}">{escape(stop)}</a>'
    return _Foot(
        text=f"{why}\n{change} {{manage}}\n{stop} {{stop}}",
        html=f'<hr><p style="{SMALL}">{escape(why)}<br>{links}</p>',
    )


def _subject(items: Sequence[Item], site_name: str, language_code: str, *, digest: bool) -> str:
    last = items[-1]
    several = len({item.subject for item in items}) > 1
    sentence = words.SUBJECT_DIGEST if digest else words.SUBJECT_MORE if several else words.SUBJECT
    usual = sentence.say(n=len(items), site=site_name, title=last.title.in_(language_code))
    said = (usual if digest or several else last.heading or usual).in_(language_code)
    return " ".join(said.split())[:LONGEST_SUBJECT]


def _item_text(item: Item, of: Site, language: Language) -> str:
    code = language.code
    mark, title = words.mark_of(item.kind), item.title.in_(code)
    note = note_on(item.body, code)
    lines = [
        words.MARKED.say(mark=mark, title=title).in_(code) if mark else title,
        note,
        item.body.in_(code).strip(),
        of.address(language, item.link),
    ]
    return _safe("\n\n".join(line for line in lines if line))


def _item_html(item: Item, of: Site, language: Language) -> str:
    code = language.code
    details = words.DETAILS.say().in_(code)
    return _safe(
        f"{_small(words.mark_of(item.kind).in_(code))}"
        f'<h1 style="font-size:20px;margin:0">{escape(item.title.in_(code))}</h1>'
        f"{_small(note_on(item.body, code))}{html_of(item.body).in_(code)}"
        f'<p><a href="{escape(of.address(language, item.link))}">{escape(details)}</a></p>'
    )


def _small(text: str) -> str:
    return f'<p style="{SMALL}">{escape(text)}</p>' if text else ""


def _safe(text: str) -> str:
    """Braces that somebody wrote are not places for links."""
    return text.replace("{", "{{").replace("}", "}}")


def _html(body: str, language: Language) -> str:
    return (
        f'<!doctype html><html lang="{language.tag}"><head><meta charset="utf-8">'
        '<meta name="color-scheme" content="light dark"><meta name="viewport" content="width=device-width">'
        f'</head><body style="{STYLE}">{body}</body></html>'
    )


@lru_cache(maxsize=8)
def language_of(code: str) -> Language:
    """The language of a code; traditional characters among them."""
    return next(language for language in IN_ALL_SCRIPTS if language.code == code)


def assembled(text: MailText, *, envelope: Envelope, of: Site, key: str, secret: str, now: datetime) -> bytes:
    """A whole mail to the subscription of ``key``, as it goes over the wire; two of a second are alike."""
    links = links_of(key, of=of, language_tag=text.language, secret=secret)
    domain = envelope.sender.rpartition("@")[2]
    unsubscribe = links["stop"]
    headers = [
        ("From", _from(of, envelope, text.language)),
        ("To", envelope.to),
        ("Subject", _encoded(text.subject)),
        ("Date", format_datetime(now)),
        ("Message-ID", f"<{message_name(text.name, key)}@{domain}>"),
        *_threading(text.story, key, domain),
        ("List-Id", f"{_encoded(of.name.en)} <updates.{domain}>"),
        ("List-Unsubscribe", f"<{unsubscribe}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("Auto-Submitted", "auto-generated"),
        ("Content-Language", text.language),
        ("MIME-Version", "1.0"),
        ("Content-Type", f'multipart/alternative; boundary="{_BOUNDARY}"'),
    ]
    parts = (("plain", text.text), ("html", text.html))
    body = "".join(_part(kind, _filled(form, links)) for kind, form in parts)
    head = LINE.join(f"{name}: {value}" for name, value in headers)
    return f"{head}{LINE}{LINE}{body}--{_BOUNDARY}--{LINE}".encode("ascii")


_BOUNDARY = "=_fogbreak_8f2a6c"


def links_of(key: str, *, of: Site, language_tag: str, secret: str) -> dict[str, str]:
    """The links of one subscription: to confirm it, to change it, to stop it."""
    language = next(one for one in IN_ALL_SCRIPTS if one.tag == language_tag)
    token = token_for(LinkPurpose.MANAGE, key, secret)
    confirm = token_for(LinkPurpose.CONFIRM, key, secret)
    return {
        "manage": of.address(language, f"subscribe/manage/{token}/"),
        "stop": of.address(language, f"subscribe/stop/{token}/"),
        "confirm": of.address(language, f"subscribe/confirm/{confirm}/"),
    }


def message_name(name: str, key: str) -> str:
    """What a mail is called: the same however often it is sent, so that who gets it twice shows it once."""
    return base64.b32encode(_hashed(f"{name}\0{key}")).decode("ascii").lower().rstrip("=")


def _threading(story: str, key: str, domain: str) -> list[tuple[str, str]]:
    """All mails of a story refer to one that was never sent: programs show them as one conversation."""
    if not story:
        return []
    root = f"<{message_name(story, key)}@{domain}>"
    return [("In-Reply-To", root), ("References", root)]


def _hashed(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=15).digest()


def _from(of: Site, envelope: Envelope, tag: str) -> str:
    name = of.name.en if tag == "en" else of.name.zh
    return formataddr((" ".join(name.split()), envelope.sender), "utf-8")


@lru_cache(maxsize=512)
def _encoded(text: str) -> str:
    """Text in a header; what would begin another line or header is gone (RFC 2047)."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return Header(plain, "utf-8" if not plain.isascii() else "us-ascii", maxlinelen=72).encode(linesep=LINE)


def _filled(form: str, links: dict[str, str]) -> str:
    return form.format_map(links)


def _part(kind: str, text: str) -> str:
    coded = base64.encodebytes(text.replace("\n", LINE).encode()).decode("ascii").replace("\n", LINE)
    return (
        f"--{_BOUNDARY}{LINE}Content-Type: text/{kind}; charset=utf-8{LINE}"
        f"Content-Transfer-Encoding: base64{LINE}{LINE}{coded}"
    )
