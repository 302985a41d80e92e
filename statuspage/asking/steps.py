"""The three taps as pages: which are answered, which comes next, and where each choice leads."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from probes.vocabulary.bilingual import NOTHING, Bilingual
from probes.vocabulary.choices import ELSEWHERE, Asked, Happened, Told
from statuspage.asking.situation import Situation
from statuspage.wording import asking as words

LEAST_SURE = 4  # tenths


@dataclass(frozen=True, slots=True, kw_only=True)
class Taps:
    """What has been tapped so far; None is not yet, or nothing that can be tapped."""

    component: str | None = None
    happened: Happened | None = None
    said: Told | None = None
    sure: float = 1.0

    @property
    def asked(self) -> Asked | None:
        """The whole question, once all three are there."""
        if self.component is None or self.happened is None or self.said is None:
            return None
        return Asked(component=self.component, happened=self.happened, said=self.said, sure=self.sure)

    def query(self, **changes: str) -> str:
        """The taps as a query string; it holds codes alone, never a text that somebody wrote."""
        known = {"on": self.component, "what": self.happened, "said": self.said}
        if self.said is not None and self.sure < 1:
            known["sure"] = str(min(9, round(self.sure * 10)))
        return urlencode({name: str(value) for name, value in {**known, **changes}.items() if value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing to tap and where it leads."""

    label: Bilingual
    href: str
    group: Bilingual = NOTHING


def taps_of(values: Mapping[str, str], situation: Situation) -> Taps:
    """The taps in a query or form; what is unknown counts as not tapped."""
    component = values.get("on", "")
    known = component == ELSEWHERE or situation.place(component) is not None
    happened = values.get("what", "")
    said = values.get("said", "")
    sure = values.get("sure", "")
    tenths = int(sure) if sure.isascii() and sure.isdigit() and len(sure) <= 2 else 10
    return Taps(
        component=component if known else None,
        happened=Happened(happened) if happened in list(Happened) else None,
        said=Told(said) if said in list(Told) else None,
        sure=min(10, max(LEAST_SURE, tenths)) / 10,
    )


def places(taps: Taps, situation: Situation, base: str) -> list[Option]:
    """The first tap: everything on the page, and something else."""
    offered = [(place.slug, place.name, place.group_name) for place in situation.places]
    offered.append((ELSEWHERE, words.ELSEWHERE.say(), words.OTHERS.say()))
    return [
        Option(label=name, href=f"{base}?{taps.query(on=slug)}", group=group) for slug, name, group in offered
    ]


def happenings(taps: Taps, base: str) -> list[Option]:
    """The second tap."""
    return [
        Option(label=label.say(), href=f"{base}?{taps.query(what=happened)}")
        for happened, label in words.HAPPENED.items()
    ]


def sayings(taps: Taps, base: str) -> list[Option]:
    """The third tap."""
    return [
        Option(label=label.say(), href=f"{base}?{taps.query(said=said)}")
        for said, label in words.TOLD.items()
    ]
