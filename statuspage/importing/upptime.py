"""Reads Upptime: ``.upptimerc.yml``, ``history/*.yml``, and its issues as Markdown (``issues/*.md``).

An issue has a front matter with ``number``, ``title``, ``state``, ``created_at``, ``closed_at`` and
``labels``, as GitHub's API calls them, its text, and its comments under lines of ``## COMMENT MOMENT``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from probes.vocabulary.causes import Impact
from probes.vocabulary.origins import Origin
from probes.vocabulary.states import IncidentStatus
from statuspage.importing import files
from statuspage.importing.given import Given, moment_of
from statuspage.importing.pages import asked_page
from statuspage.importing.values import (
    CarriedComponent,
    CarriedIncident,
    CarriedProbe,
    CarriedSite,
    CarriedUpdate,
    CarriedWork,
    LeftOut,
)

CONFIG = ".upptimerc.yml"
_COMMENT = re.compile(r"^## COMMENT (\S+)[ \t]*$", re.MULTILINE)
_WINDOW = re.compile(r"<!--(.*?)-->", re.DOTALL)
_FIELD = re.compile(r"^\s*(start|end|expectedDown|expectedDegraded):\s*(.+?)\s*$", re.MULTILINE)
# How Upptime begins its titles.
_SIGNS = "🛑⚠️🟥🟨 "


@dataclass(frozen=True, slots=True, kw_only=True)
class _Thread:
    """One issue of the repository."""

    given: Given
    number: str
    title: str
    labels: tuple[str, ...]
    created_at: datetime
    closed_at: datetime | None
    text: str
    comments: tuple[tuple[datetime, str], ...]


def read_upptime(path: Path) -> CarriedSite:
    """A checkout of an Upptime repository, with its issues where somebody put them into ``issues/``."""
    config = files.needed_in(path, (CONFIG,)) if path.is_dir() else path
    folder = config.parent
    given = files.yaml_of(files.text_of(config, most=files.MOST_YAML_BYTES), config.name)
    left_out: list[LeftOut] = []
    components = tuple(_component(row, left_out) for row in given.each("sites"))
    if given.has("notifications"):
        left_out.append(LeftOut(where=given.where, what="notifications", why="channels are set up anew here"))
    known = {component.key for component in components}
    left_out += [
        LeftOut(where=f"history/{file.name}", what="history", why=f"{CONFIG} has no such site")
        for file in files.files_in(folder / "history", "*.yml")
        if file.stem not in known
    ]
    left_out.append(
        LeftOut(where="history", what="response times and uptime by day", why="ours begin when we watch")
    )
    issues = [_issue(file) for file in files.files_in(folder / "issues", "*.md")]
    works = tuple(_works(issues, known, left_out))
    return CarriedSite(
        origin=Origin.UPPTIME,
        components=components,
        incidents=tuple(_incidents(issues, known, left_out)),
        works=works,
        left_out=tuple(left_out),
    )


def slug_of(name: str) -> str:
    """The slug that Upptime makes of a site's name, unless the configuration gives one."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _component(row: Given, left_out: list[LeftOut]) -> CarriedComponent:
    name = row.required("name")
    return CarriedComponent(
        key=row.text("slug") or slug_of(name), name=name, probe=_probe(row, name, left_out)
    )


def _probe(row: Given, name: str, left_out: list[LeftOut]) -> CarriedProbe | None:
    beside = ("headers", "body", "__dangerous__body_down", "__dangerous__body_degraded")
    if (kind := row.text("check", "http")) != "http":
        why = f"we have no checks of the kind {kind!r}"
        left_out.append(LeftOut(where=row.where, what=f"check of {name!r}", why=why))
        return None
    probe = asked_page(row, name, beside=beside, left_out=left_out)
    if probe is None:
        return None
    statuses = [int(told) for told in row.texts("expectedStatusCodes") if told.isdigit() and len(told) == 3]
    return replace(
        probe,
        interval_s=300.0,
        expect_status=tuple(statuses),
        slow_after_ms=row.number("maxResponseTime", 0) or None,
        expect_text=row.text("__dangerous__body_down_if_text_missing"),
    )


def _issue(file: Path) -> _Thread:
    given, body = files.front_matter_of(files.text_of(file), f"issues/{file.name}")
    text, *rest = _COMMENT.split(body)
    comments = []
    for told, said in zip(rest[::2], rest[1::2], strict=True):
        at = moment_of(told, given.zone)
        if at is None:
            raise given.wrong("COMMENT", f"has no moment: {told[:50]!r}")
        comments.append((at, said.strip()))
    return _Thread(
        given=given,
        number=given.required("number"),
        title=given.required("title").lstrip(_SIGNS),
        labels=given.texts("labels"),
        created_at=given.required_moment("created_at"),
        closed_at=given.moment("closed_at") if given.text("state") == "closed" else None,
        text=text.strip(),
        comments=tuple(comments),
    )


def _incidents(issues: list[_Thread], known: set[str], left_out: list[LeftOut]) -> Iterator[CarriedIncident]:
    for issue in issues:
        if "maintenance" in issue.labels:
            continue
        components = tuple(label for label in issue.labels if label in known)
        if not components:
            why = "none of its labels is a site"
            left_out.append(LeftOut(where=issue.given.where, what=f"issue {issue.title!r}", why=why))
            continue
        yield CarriedIncident(
            key=issue.number,
            title=issue.title,
            impact=Impact.MINOR if "degraded" in issue.title else Impact.MAJOR,
            components=components,
            started_at=issue.created_at,
            resolved_at=issue.closed_at,
            updates=tuple(_updates(issue)),
        )


def _updates(issue: _Thread) -> Iterator[CarriedUpdate]:
    said = [(issue.created_at, issue.text or issue.title), *issue.comments]
    ended = issue.closed_at
    if ended is not None and len(said) == 1:
        said.append((ended, "Closed"))
    for number, (at, body) in enumerate(said, start=1):
        is_last = number == len(said)
        status = IncidentStatus.RESOLVED if is_last and ended else IncidentStatus.INVESTIGATING
        yield CarriedUpdate(at=at, status=status, body=body)


def _works(issues: list[_Thread], known: set[str], left_out: list[LeftOut]) -> Iterator[CarriedWork]:
    """Issues with the label ``maintenance``, whose window stands in a comment of HTML."""
    for issue in issues:
        if "maintenance" not in issue.labels:
            continue
        told = _WINDOW.search(issue.text)
        fields = dict(_FIELD.findall(told[1])) if told else {}
        starts_at, ends_at = (moment_of(fields.get(name, ""), issue.given.zone) for name in ("start", "end"))
        named = ",".join((fields.get("expectedDown", ""), fields.get("expectedDegraded", "")))
        components = tuple(part.strip() for part in named.split(",") if part.strip() in known)
        if starts_at is None or ends_at is None or ends_at <= starts_at or not components:
            why = "it needs start, end and expectedDown with sites that are there"
            left_out.append(LeftOut(where=issue.given.where, what=f"maintenance {issue.title!r}", why=why))
            continue
        yield CarriedWork(
            key=issue.number,
            title=issue.title,
            body=_WINDOW.sub("", issue.text).strip(),
            components=components,
            starts_at=starts_at,
            ends_at=ends_at,
            announced_at=issue.created_at,
        )
