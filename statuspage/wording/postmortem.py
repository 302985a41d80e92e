"""The draft of a post-mortem: what is known, and headings for what only people can tell. Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause, Impact
from statuspage.wording import causes, names
from statuspage.wording.labels import impact
from statuspage.wording.sentence import Sentence
from statuspage.wording.times import duration, moment

_DRAFT = Sentence(
    "## 概要\n\n{what}（{cause}，{impact}）。涉及：{names}。\n\n"
    "## 时间\n\n{times}\n\n"
    "## 影响范围\n\n{extent}\n\n"
    "## 采取的措施\n\n{done}\n\n"
    "## 根本原因\n\n\n\n"
    "## 今后如何避免\n\n",
    "## Summary\n\n{what} ({cause}, {impact}). Affected: {names}.\n\n"
    "## Times\n\n{times}\n\n"
    "## Extent\n\n{extent}\n\n"
    "## What was done\n\n{done}\n\n"
    "## Root cause\n\n\n\n"
    "## What we change\n\n",
)
_TIME = Sentence("- {what}：{at}", "- {what}: {at}")
_AFTER = Sentence("{what}（开始后 {after}）", "{what} ({after} after it began)")
_STARTED = Sentence("开始", "began")
_DETECTED = Sentence("发现", "detected")
_TOLD = Sentence("首次告知公众", "public told")
_ENDED = Sentence("结束", "ended")
_LASTED = Sentence("- 历时：{lasted}", "- lasted: {lasted}")
_ENTRY = Sentence("- {at}：{said}", "- {at}: {said}")
_NOT_MEASURED = Sentence("没有测量数据。", "Nothing was measured.")
# Seen from here, every time has its date.
LONG_AGO = datetime.min.replace(year=2, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of an incident once it is over, or as far as it went."""

    title: Bilingual
    cause: Cause
    impact: Impact
    components: Sequence[Bilingual]
    started_at: datetime
    detected_at: datetime
    told_at: datetime | None
    ended_at: datetime | None
    extent: Bilingual
    entries: Sequence[tuple[datetime, Bilingual]]


def draft(facts: Facts, *, zone: tzinfo) -> Bilingual:
    """The draft in both languages; times are of ``zone``, with a date where it is not that of the start."""
    done = [_ENTRY.say(at=_at(at, facts, zone), said=said) for at, said in facts.entries]
    return _DRAFT.say(
        what=facts.title,
        cause=causes.heading(facts.cause.value),
        impact=impact(facts.impact),
        names=names.listed(facts.components),
        times=_lines(_times(facts, zone)),
        extent=facts.extent or _NOT_MEASURED.say(),
        done=_lines(done),
    )


def _times(facts: Facts, zone: tzinfo) -> list[Bilingual]:
    lines = [_TIME.say(what=_STARTED.say(), at=moment(facts.started_at, zone=zone, seen_from=LONG_AGO))]
    for what, at in ((_DETECTED, facts.detected_at), (_TOLD, facts.told_at), (_ENDED, facts.ended_at)):
        if at is not None and at >= facts.started_at:
            after = _AFTER.say(what=what.say(), after=duration(at - facts.started_at))
            lines.append(_TIME.say(what=after, at=_at(at, facts, zone)))
    if facts.ended_at is not None:
        lines.append(_LASTED.say(lasted=duration(facts.ended_at - facts.started_at)))
    return lines


def _at(at: datetime, facts: Facts, zone: tzinfo) -> Bilingual:
    return moment(at, zone=zone, seen_from=facts.started_at)


def _lines(parts: Sequence[Bilingual]) -> Bilingual:
    return Bilingual("\n".join(part.zh for part in parts), "\n".join(part.en for part in parts))
