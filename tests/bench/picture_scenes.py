"""Sites in every state that the page can be in, told in the words that the site itself uses."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import msgspec

from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.states import ComponentState, UpdateKind
from probes.vocabulary.tiers import RiskTier
from statuspage.analysis.values import Certainty, Conditions, Evidence
from statuspage.incidents.models import Incident
from statuspage.incidents.naming import spoken_names
from statuspage.monitoring.models import Component, Progress
from statuspage.wording.titles import title
from statuspage.wording.updates import Story, update
from tests.support.public_rows import (
    World,
    make_announcement,
    make_incident,
    make_maintenance,
    make_past_day,
    set_state,
)
from tests.support.situations import OUTCOME_OF, STATE_OF

WECHAT = ("wxpay-balance", "wxpay-card")
_STEPS = {
    "investigating": UpdateKind.SUSPECTED,
    "identified": UpdateKind.CONFIRMED,
    "resolved": UpdateKind.RESOLVED,
}


def tell(
    world: World,
    cause: Cause,
    *slugs: str,
    certainty: Certainty = Certainty.CONFIRMED,
    state: ComponentState | None = None,
    told_only: bool = False,
    ago: timedelta = timedelta(minutes=18),
    lasted: timedelta | None = None,
    accepted: int | None = None,
) -> Incident:
    """An incident as the machine would word it; ``accepted`` is how many of a hundred tests got through."""
    slugs = slugs or ("fenfu-qr",)
    incident = make_incident(
        world, cause=cause, components=slugs, certainty=certainty, ago=ago, lasted=lasted
    )
    incident.evidence = {**incident.evidence, "told_only": told_only}
    if accepted is not None:
        rows = [{**row, "accepted": accepted} for row in incident.evidence["probes"]]
        incident.evidence["probes"] = rows
    _word(incident, slugs)
    for slug in slugs if lasted is None else ():
        set_state(world, slug, state or STATE_OF[cause])
    return incident


def _word(incident: Incident, slugs: tuple[str, ...]) -> None:
    catalog = list(Component.objects.select_related("group").order_by("position"))
    chosen = [row for row in catalog if row.slug in slugs]
    named, kinds = spoken_names(chosen, catalog), {row.told_kind for row in chosen}
    evidence, cause = msgspec.convert(incident.evidence, Evidence), Cause(incident.cause)
    certainty = Certainty(incident.certainty)
    told = title(
        cause=cause,
        impact=Impact(incident.impact),
        certainty=certainty,
        components=named,
        kinds=kinds,
        told_only=evidence.told_only,
        over=incident.resolved_at is not None,
    )
    incident.title_zh, incident.title_en = told.zh, told.en
    incident.save()
    for row in incident.updates.all():
        story = Story(
            at=row.created_at,
            cause=cause,
            started_at=incident.started_at,
            resolved_at=incident.resolved_at,
            components=named,
            affected=named,
            kinds=kinds,
            evidence=evidence,
        )
        kind = _STEPS[row.status]
        if certainty is Certainty.SUSPECTED and kind is UpdateKind.CONFIRMED:
            row.delete()
            continue
        if certainty is Certainty.SUSPECTED and kind is UpdateKind.RESOLVED:
            kind = UpdateKind.DISMISSED
        said = update(kind, story)
        row.body_zh, row.body_en = said.zh, said.en
        row.save()


def _busy(world: World, cause: Cause | None = None) -> None:
    """A day as it was measured, and a week with one incident of each cause."""
    worst = OUTCOME_OF[cause] if cause else Outcome.ACCEPTED
    make_past_day(world, bad={RiskTier.HIGH: worst, RiskTier.ELEVATED: worst} if cause else None)
    for days, past in enumerate(Cause, start=2):
        tell(world, past, ago=timedelta(days=days), lasted=timedelta(minutes=12 * days))


def calm(world: World) -> None:
    _busy(world)


def suspected(world: World) -> None:
    _busy(world, Cause.OUTAGE)
    tell(
        world,
        Cause.OUTAGE,
        certainty=Certainty.SUSPECTED,
        state=ComponentState.DEGRADED,
        ago=timedelta(minutes=2),
        accepted=60,
    )


def told(world: World) -> None:
    _busy(world, Cause.RISK_CONTROL)
    tell(
        world,
        Cause.RISK_CONTROL,
        certainty=Certainty.SUSPECTED,
        told_only=True,
        accepted=99,
        ago=timedelta(minutes=7),
    )


def outage(world: World) -> None:
    _busy(world, Cause.OUTAGE)
    tell(world, Cause.OUTAGE, *WECHAT, accepted=0)


def outage_of_all(world: World) -> None:
    _busy(world, Cause.OUTAGE)
    tell(world, Cause.OUTAGE, *world.components, accepted=0)


def maintenance(world: World) -> None:
    _busy(world, Cause.MAINTENANCE)
    row = make_maintenance(world, status="in_progress", starts_in=timedelta(minutes=-18))
    row.components.set([world.components["fenfu-repay"]])
    tell(world, Cause.MAINTENANCE, "fenfu-repay")


def risk(world: World) -> None:
    _busy(world, Cause.RISK_CONTROL)
    tell(world, Cause.RISK_CONTROL, "fenfu-qr", "fenfu-online")


def policy(world: World) -> None:
    _busy(world, Cause.POLICY_CHANGE)
    tell(world, Cause.POLICY_CHANGE)


def several(world: World) -> None:
    _busy(world, Cause.OUTAGE)
    tell(world, Cause.OUTAGE, *WECHAT, accepted=0)
    tell(world, Cause.RISK_CONTROL, "card-checkout", ago=timedelta(minutes=51))
    tell(world, Cause.MAINTENANCE, "fenfu-repay", ago=timedelta(minutes=70))


def recovered(world: World) -> None:
    _busy(world, Cause.OUTAGE)
    tell(world, Cause.OUTAGE, *WECHAT, ago=timedelta(minutes=34), lasted=timedelta(minutes=28), accepted=0)


def quiet_again(world: World) -> None:
    _busy(world)
    tell(
        world,
        Cause.RISK_CONTROL,
        certainty=Certainty.SUSPECTED,
        told_only=True,
        ago=timedelta(minutes=40),
        lasted=timedelta(minutes=31),
        accepted=99,
    )


def blind(world: World) -> None:
    _busy(world)
    Progress.objects.update(concluded_until=world.now - timedelta(minutes=26))


def partly_blind(world: World) -> None:
    _busy(world)
    set_state(world, "fenfu-qr", ComponentState.UNKNOWN)
    unseen = Conditions(at=world.now, blind_components=("fenfu-qr",))
    Progress.objects.update(conditions=msgspec.to_builtins(unseen))


def stale(world: World) -> None:
    outage(world)


def planned(world: World) -> None:
    _busy(world)
    make_maintenance(world, starts_in=timedelta(hours=3))
    make_announcement(world, pinned=True)


def long_names(world: World) -> None:
    names = {
        "fenfu-qr": ("分付线下商户动态二维码付款（含聚合码与小程序收款码）", "الدفع برمز QR في المتاجر"),
        "fenfu-online": (
            "线上支付",
            "Online checkout with instalments, gift cards and Donaudampfschifffahrtsgesellschaft vouchers",
        ),
        "fenfu-repay": ("还款", "תשלום חוב"),
    }
    for slug, (zh, en) in names.items():
        Component.objects.filter(slug=slug).update(name_zh=zh, name_en=en)
    risk(world)


SCENES: Mapping[str, Callable[[World], None]] = {
    "calm": calm,
    "suspected": suspected,
    "told": told,
    "outage": outage,
    "outage-of-all": outage_of_all,
    "maintenance": maintenance,
    "risk": risk,
    "policy": policy,
    "several": several,
    "recovered": recovered,
    "quiet-again": quiet_again,
    "blind": blind,
    "partly-blind": partly_blind,
    "stale": stale,
    "planned": planned,
    "long-names": long_names,
}


def set_up(world: World, scene: str) -> None:
    """Rows of ``scene``, one of SCENES."""
    SCENES[scene](world)
