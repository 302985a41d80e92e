"""What programs may write, and examples of it."""

import re
from typing import Annotated, Self

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field, model_validator
from pydantic.config import JsonDict, JsonValue

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.states import IncidentStatus, MaintenanceStatus
from statuspage.api.kinds import VISIBLE, MaybeLine, MaybeProse, Moment, Slug, Switch, number
from statuspage.incidents.planned_models import MOST_REMIND_HOURS

Hours = Annotated[
    int,
    Field(strict=True, ge=0, le=MOST_REMIND_HOURS, description="A reminder so many hours before; 0: none."),
    BeforeValidator(number),
]
SLUGS = Annotated[list[Slug], Field(min_length=1, max_length=200)]
_TITLE: JsonDict = {"zh": "分付扫码支付：系统故障", "en": "Fenfu QR payment: system outage"}
_SAID: JsonDict = {"zh": "付款失败，正在查找原因。", "en": "Payments fail; we are looking into it."}
_WORK: JsonDict = {"zh": "分付还款系统升级", "en": "Upgrade of Fenfu repayment"}


def shown(example: JsonDict, **rules: JsonValue) -> ConfigDict:
    """Forbids fields that nobody knows, and shows an example; ``rules`` are further ones of the schema."""
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [example], **rules})


# One of the two that somebody can read.
_EITHER: list[JsonValue] = [
    {"required": [name], "properties": {name: {"minLength": 1, "pattern": VISIBLE}}} for name in ("zh", "en")
]


class GivenText(Schema):
    """A text in both languages, or in one of them."""

    zh: str
    en: str

    @property
    def text(self) -> Bilingual:
        """As a value of the site."""
        return Bilingual(self.zh, self.en)


class _Required(GivenText):
    """A text that must be there in a language."""

    @model_validator(mode="after")
    def _in_a_language(self) -> Self:
        if not any(re.search(VISIBLE, text) for text in (self.zh, self.en)):
            raise ValueError("write it in Chinese (zh) or in English (en); one of them is enough")
        return self


class BothLines(_Required):
    """A title in both languages, or in one: readers of the other see it with a note that says so."""

    model_config = shown(_TITLE, anyOf=_EITHER)
    zh: MaybeLine = ""
    en: MaybeLine = ""


class BothProse(_Required):
    """A text in both languages, or in one; Markdown."""

    model_config = shown(_SAID, anyOf=_EITHER)
    zh: MaybeProse = ""
    en: MaybeProse = ""


class BothMaybe(GivenText):
    """A text in both languages, or nothing; Markdown."""

    model_config = shown(_SAID)
    zh: MaybeProse = ""
    en: MaybeProse = ""


class NewIncident(Schema):
    """A person's incident, with its first update. Without ``started_at`` it begins now."""

    model_config = shown(
        {
            "title": _TITLE,
            "cause": "outage",
            "impact": "major",
            "components": ["fenfu-qr"],
            "status": "investigating",
            "body": _SAID,
        }
    )
    title: BothLines
    cause: Cause
    impact: Impact = Impact.MINOR
    components: SLUGS
    status: IncidentStatus = IncidentStatus.INVESTIGATING
    body: BothProse
    started_at: Moment | None = None


class IncidentChange(Schema):
    """What to change; it takes the incident over from the machine, except for a post-mortem alone."""

    model_config = shown({"impact": "critical"})
    title: BothLines | None = None
    cause: Cause | None = None
    impact: Impact | None = None
    components: SLUGS | None = None
    postmortem: BothMaybe | None = None


class NewUpdate(Schema):
    """One entry of the timeline; with another status the person leads the incident from then on."""

    model_config = shown({"status": "identified", "body": _SAID})
    status: IncidentStatus
    body: BothProse


class NewMaintenance(Schema):
    """Planned work. It begins and ends by itself."""

    model_config = shown(
        {
            "title": _WORK,
            "components": ["fenfu-repay"],
            "starts_at": "2026-12-01T01:00:00+08:00",
            "ends_at": "2026-12-01T03:00:00+08:00",
        }
    )
    title: BothLines
    body: BothMaybe = BothMaybe()
    components: SLUGS
    starts_at: Moment
    ends_at: Moment
    remind_hours: Hours = 0


class MaintenanceChange(Schema):
    """What to change; status "verifying" holds it open after its end, "cancelled" withdraws it."""

    model_config = shown({"status": "cancelled"})
    title: BothLines | None = None
    body: BothMaybe | None = None
    components: SLUGS | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    status: MaintenanceStatus | None = None
    remind_hours: Hours | None = None


class NewAnnouncement(Schema):
    """What to tell the public. Without ``starts_at`` it is told at once."""

    model_config = shown({"title": _WORK, "body": _SAID, "pinned": False})
    title: BothLines
    body: BothProse
    components: list[Slug] = Field(default=[], max_length=200)
    pinned: Switch = False
    starts_at: Moment | None = None
    ends_at: Moment | None = None


class AnnouncementChange(Schema):
    """What to change."""

    model_config = shown({"pinned": True})
    title: BothLines | None = None
    body: BothProse | None = None
    components: list[Slug] | None = Field(default=None, max_length=200)
    pinned: Switch | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None
