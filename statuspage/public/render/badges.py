"""Renders badges: small pictures for other people's pages, and the same for shields.io."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.utils.html import escape

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.states import ComponentState
from statuspage.public.headers import Kind
from statuspage.public.read.values import Snapshot
from statuspage.public.render.drafts import JSON, Draft, key_of
from statuspage.public.render.headline import headline_of
from statuspage.public.render.lines import tone_of
from statuspage.public.render.pages import LANGUAGES
from statuspage.wording import causes, labels
from statuspage.wording.numbers import percent

SVG = "image/svg+xml"
COLORS = {
    "ok": "#1f7a55",
    "outage": "#b3261e",
    "maintenance": "#1c57b5",
    "risk_control": "#8a5200",
    "policy_change": "#6537ad",
    "unknown": "#5d646e",
}
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
    """What a badge says: its left part, its right part, and the look of a cause, ``ok`` or ``unknown``."""

    path: str
    label: str
    message: str
    tone: str


def badge_drafts(snapshot: Snapshot) -> Iterator[Draft]:
    """Badges of the page and of each component, as pictures and for shields.io."""
    for language, root in LANGUAGES.items():
        for badge in _badges(snapshot, language):
            key = key_of(badge.label, badge.message, badge.tone)
            for suffix, content_type, make in ((".svg", SVG, _svg), (".json", JSON, _shields)):
                yield Draft(
                    path=f"{root}badge/{badge.path}{suffix}",
                    content_type=content_type,
                    key=key,
                    kind=Kind.FEED,
                    make=partial(make, badge),
                )


def _badges(snapshot: Snapshot, language: str) -> Iterator[Badge]:
    verdict = headline_of(snapshot)
    site = Bilingual(settings.SITE_NAME_ZH, settings.SITE_NAME_EN).in_(language)
    said_of = {state: labels.state(state).in_(language) for state in ComponentState}
    well = said_of[ComponentState.OPERATIONAL]
    message = well if verdict.tone == "ok" else causes.heading(verdict.tone).in_(language)
    yield Badge(path="status", label=site, message=message, tone=verdict.tone)
    for component in snapshot.components:
        name, tone = component.name.in_(language), tone_of(snapshot, component)
        yield Badge(path=f"{component.slug}/status", label=name, message=said_of[component.state], tone=tone)
        share = percent(component.uptime)
        looks = "unknown" if component.uptime is None else "ok"
        yield Badge(path=f"{component.slug}/uptime", label=name, message=share, tone=looks)


def width_of(text: str) -> int:
    """About how wide a text is at 11 pixels: Chinese characters are square, the others narrower."""
    return round(sum(11.5 if character >= "\u2e80" else 6.6 for character in text))


def _svg(badge: Badge) -> bytes:
    message = f"{MARKS[badge.tone]} {badge.message}"
    left, right = width_of(badge.label) + 14, width_of(message) + 16
    whole, label, color = left + right, escape(badge.label), COLORS[badge.tone]
    spoken = f"{label}: {escape(badge.message)}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="20" '
        f'role="img" aria-label="{spoken}">'
        f"<title>{spoken}</title>"
        f'<path d="M4 0h{left - 4}v20H4a4 4 0 0 1-4-4V4a4 4 0 0 1 4-4z" fill="#3a4048"/>'
        f'<path d="M{left} 0h{right - 4}a4 4 0 0 1 4 4v12a4 4 0 0 1-4 4H{left}z" fill="{color}"/>'
        f'<g fill="#fff" text-anchor="middle" font-family="{FONTS}" font-size="11">'
        f'<text x="{left / 2:g}" y="14">{label}</text>'
        f'<text x="{left + right / 2:g}" y="14">{escape(message)}</text></g></svg>'
    ).encode()


def _shields(badge: Badge) -> bytes:
    body = {
        "schemaVersion": 1,
        "label": badge.label,
        "message": badge.message,
        "color": COLORS[badge.tone].lstrip("#"),
    }
    return json.dumps(body, ensure_ascii=False).encode()
