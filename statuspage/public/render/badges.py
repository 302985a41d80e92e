"""Renders badges: small pictures for other people's pages, and the same for shields.io."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.html import escape

from probes.vocabulary.bilingual import NOTHING, Bilingual
from statuspage.public.headers import Kind
from statuspage.public.render.drafts import JSON, Draft, Edition, Form
from statuspage.public.render.present import Present
from statuspage.public.render.tones import COLORS
from statuspage.public.render.xml import writable
from statuspage.wording import causes
from statuspage.wording import headline as words

FONTS = "Verdana,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif"
MARKS = {
    "ok": "✓",
    "outage": "▲",
    "maintenance": "⚒",
    "risk_control": "⛨",
    "policy_change": "▤",
    "unknown": "?",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """What a badge says: its left part, its right part, and the look of a cause, ``ok`` or ``unknown``.

    ``more`` is told to who stays on it or listens: what is the matter, and what to do.
    """

    label: Bilingual
    message: Bilingual
    tone: str
    more: Bilingual = NOTHING


def badge_drafts(present: Present) -> Iterator[Draft]:
    """Badges of the page and of each component, as pictures and for shields.io."""
    for path, badge in _badges(present):
        for suffix, form in ((".svg", PICTURE), (".json", SHIELD)):
            yield Draft(path=f"badge/{path}{suffix}", form=form, page=badge, ages=path.endswith("status"))


def _badges(present: Present) -> Iterator[tuple[str, Badge]]:
    verdict = present.verdict
    more = sum((*verdict.instead[:1], *verdict.advice[:1]), words.IN_FULL.say(said=verdict.headline))
    yield (
        "status",
        Badge(label=present.snapshot.site.name, message=verdict.brief, tone=verdict.tone, more=more),
    )
    for row in (row for section in present.sections for row in section.rows):
        yield f"{row.slug}/status", Badge(label=row.name, message=row.word, tone=row.tone)
        tone = "ok" if any(day.observed for day in row.days) else "unknown"
        yield f"{row.slug}/uptime", Badge(label=row.name, message=Bilingual(row.share, row.share), tone=tone)


def _as_known(badge: Badge, edition: Edition) -> Badge:
    """What a badge says of how things stand, as long as anybody knows."""
    if not edition.aged:
        return badge
    return replace(badge, message=causes.heading("unknown"), tone="unknown", more=NOTHING)


def width_of(text: str) -> int:
    """About how wide a text is at 11 pixels: Chinese characters are square, the others narrower."""
    return round(sum(11.5 if character >= "\u2e80" else 6.6 for character in text))


def _svg(shown: Badge, edition: Edition) -> bytes:
    badge = _as_known(shown, edition)
    name, said = (writable(text.in_(edition.language.code)) for text in (badge.label, badge.message))
    message = f"{MARKS[badge.tone]} {said}"
    left, right = width_of(name) + 14, width_of(message) + 16
    whole, label, color = left + right, escape(name), COLORS[badge.tone]
    spoken = f"{label}: {escape(said)}"
    more = escape(writable(badge.more.in_(edition.language.code)))
    titled = f"{spoken}. {more}" if more else spoken
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="20" '
        f'role="img" aria-label="{spoken}">'
        f"<title>{titled}</title>"
        f'<path d="M4 0h{left - 4}v20H4a4 4 0 0 1-4-4V4a4 4 0 0 1 4-4z" fill="#3a4048"/>'
        f'<path d="M{left} 0h{right - 4}a4 4 0 0 1 4 4v12a4 4 0 0 1-4 4H{left}z" fill="{color}"/>'
        f'<g fill="#fff" text-anchor="middle" font-family="{FONTS}" font-size="11">'
        f'<text x="{left / 2:g}" y="14">{label}</text>'
        f'<text x="{left + right / 2:g}" y="14">{escape(message)}</text></g></svg>'
    ).encode()


def _shields(shown: Badge, edition: Edition) -> bytes:
    badge = _as_known(shown, edition)
    body = {
        "schemaVersion": 1,
        "label": badge.label.in_(edition.language.code),
        "message": badge.message.in_(edition.language.code),
        "color": COLORS[badge.tone].lstrip("#"),
    }
    return json.dumps(body, ensure_ascii=False).encode()


PICTURE = Form(name="badge", content_type="image/svg+xml", kind=Kind.FEED, render=_svg)
SHIELD = Form(name="shield", content_type=JSON, kind=Kind.FEED, render=_shields)
