"""Every combination of answers in every kind of situation, for a person to read and for the tests to hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.choices import ELSEWHERE, Asked, Happened, Told
from probes.vocabulary.states import ComponentState
from probes.vocabulary.symptoms import Product
from statuspage.analysis.values import Certainty
from statuspage.asking.judgement import Judgement, judge
from statuspage.asking.situation import AskedPlace, OpenTrouble, Planned, Situation

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
ASKED_ABOUT, NEIGHBOUR = "fenfu-qr", "fenfu-online"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """One combination and its answer; ``situation`` is a name of :func:`situations`."""

    situation: str
    judgement: Judgement


def situations() -> dict[str, Situation]:
    """What can be going on when somebody asks about :data:`ASKED_ABOUT`."""
    found = {"calm": _situation(), "blind": _situation(blind=True)}
    for cause in Cause:
        found[cause.value] = _situation(_trouble(cause))
        found[f"{cause.value} suspected"] = _situation(
            _trouble(cause, certainty=Certainty.SUSPECTED, confidence=0.6, impact=Impact.MINOR)
        )
        found[f"{cause.value} of a neighbour"] = _situation(_trouble(cause, component=NEIGHBOUR))
    found["announced work"] = _situation(planned=True)
    return found


def rows() -> Iterator[AnswerRow]:
    """Every situation with every second and third tap, and with something that is not on the page."""
    for name, situation in situations().items():
        for component in (ASKED_ABOUT, ELSEWHERE) if name == "calm" else (ASKED_ABOUT,):
            for happened in Happened:
                for said in Told:
                    asked = Asked(component=component, happened=happened, said=said)
                    shown = name if component != ELSEWHERE else "something else"
                    yield AnswerRow(situation=shown, judgement=judge(asked, situation))


def _situation(*troubles: OpenTrouble, blind: bool = False, planned: bool = False) -> Situation:
    group = Bilingual("分付", "Fenfu")
    state = ComponentState.UNKNOWN if blind else ComponentState.OPERATIONAL
    work = Planned(
        title=Bilingual("升级", "Upgrade"),
        components=frozenset({ASKED_ABOUT}),
        ends_at=NOON + timedelta(hours=1),
    )
    return Situation(
        at=NOON,
        known_until=NOON,
        places=tuple(
            AskedPlace(
                slug=slug, name=name, group="fenfu", group_name=group, product=Product.FENFU, state=state
            )
            for slug, name in (
                (ASKED_ABOUT, Bilingual("扫码支付", "QR payment")),
                (NEIGHBOUR, Bilingual("线上支付", "Online payment")),
            )
        ),
        troubles=troubles,
        planned=(work,) if planned else (),
    )


def _trouble(
    cause: Cause,
    *,
    component: str = ASKED_ABOUT,
    certainty: Certainty = Certainty.CONFIRMED,
    confidence: float = 0.9,
    impact: Impact = Impact.MAJOR,
) -> OpenTrouble:
    return OpenTrouble(
        id="example",
        title=Bilingual("示例", "Example"),
        cause=cause,
        certainty=certainty,
        confidence=confidence,
        impact=impact,
        components=frozenset({component}),
        affected=frozenset({component}),
        started_at=NOON - timedelta(minutes=20),
        alternatives=(("normal", round(1 - confidence, 2)),),
    )
