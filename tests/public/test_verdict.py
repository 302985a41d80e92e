"""The table of what the page says first: causes, certainty, states and blindness, in both languages."""

from datetime import timedelta

import msgspec
import pytest

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from probes.vocabulary.exclusions import Exclusion
from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.states import ComponentState
from probes.vocabulary.tiers import RiskTier
from statuspage.analysis.values import Certainty, Conditions
from statuspage.monitoring.models import Component, Probe, Progress, Source
from statuspage.public.read.snapshot import build
from statuspage.public.render.headline import Headline, headline_of
from tests.support.public_rows import (
    COMPONENTS,
    World,
    make_incident,
    make_maintenance,
    make_past_day,
    set_state,
)


def verdict(world: World) -> Headline:
    return headline_of(build(world.now))


STATES = [
    (ComponentState.DEGRADED, "outage", "扫码支付：部分异常", "QR payment: Degraded"),
    (ComponentState.PARTIAL, "outage", "扫码支付：部分故障", "QR payment: Partial outage"),
    (ComponentState.MAJOR, "outage", "扫码支付：严重故障", "QR payment: Major outage"),
    (ComponentState.MAINTENANCE, "maintenance", "扫码支付：维护中", "QR payment: Under maintenance"),
    (
        ComponentState.UNKNOWN,
        "unknown",
        "能看到的都正常；扫码支付情况不明。",
        "What we can see works; of QR payment we do not know.",
    ),
    (ComponentState.OPERATIONAL, "ok", "支付一切正常。", "Payments work normally."),
]


@pytest.mark.parametrize(
    ("state", "tone", "chinese", "english"), STATES, ids=[case[0].value for case in STATES]
)
def test_verdict_names_the_state_when_there_is_no_incident(
    world: World, state: ComponentState, tone: str, chinese: str, english: str
) -> None:
    set_state(world, "fenfu-qr", state)

    said = verdict(world)

    assert said.tone == tone
    assert said.headline == Bilingual(chinese, english)


@pytest.mark.parametrize("cause", list(Cause))
def test_verdict_gives_other_advice_when_the_cause_is_another(world: World, cause: Cause) -> None:
    make_incident(world, cause=cause)
    others = [other for other in Cause if other is not cause]

    said = verdict(world).advice
    make_incident(world, cause=others[0], ago=timedelta(minutes=40), certainty=Certainty.SUSPECTED)

    assert said
    assert verdict(world).advice == said


def test_verdict_is_of_the_person_when_the_machine_is_blind(world: World) -> None:
    Progress.objects.update(concluded_until=world.now - timedelta(hours=1))
    make_incident(world, taken_over=True)

    assert verdict(world).tone == "outage"


def test_verdict_is_unknown_when_the_machine_is_blind_with_an_open_incident(world: World) -> None:
    Progress.objects.update(concluded_until=world.now - timedelta(hours=1))
    make_incident(world)

    said = verdict(world)

    assert said.tone == "unknown"
    assert said.since == world.now - timedelta(hours=1)


def test_verdict_says_that_a_vantage_is_left_out_when_it_lost_its_network(world: World) -> None:
    lost = Conditions(at=world.now, lost_vantages=("south",))
    Progress.objects.update(conditions=msgspec.to_builtins(lost))

    said = verdict(world)

    facts = [fact.en for fact in said.facts]
    assert "21 probes from 1 vantage see nothing unusual" in facts
    assert "our vantage South has lost its network and is left out" in facts
    assert said.tone == "ok"


def test_verdict_tells_the_announced_end_when_maintenance_is_under_way(world: World) -> None:
    running = make_maintenance(world, status="in_progress", starts_in=timedelta(minutes=-5))
    make_maintenance(world)
    make_incident(world, cause=Cause.MAINTENANCE, components=("fenfu-repay",))
    make_incident(world, cause=Cause.MAINTENANCE, components=("fenfu-qr",), ago=timedelta(hours=1))

    said = verdict(world)

    assert said.until == running.ends_at
    assert said.others[0].components == ("fenfu-qr",)


def test_verdict_says_that_silence_tells_nothing_when_a_source_is_broken(world: World) -> None:
    Source.objects.create(
        slug="forum",
        name_zh="论坛",
        name_en="Forum",
        kind="html",
        url="http://a.test/",
        last_error="HTTP 500",
    )

    last = verdict(world).facts[-1]

    assert "现在读不到：论坛" in last.zh
    assert "posts cannot be read now at: Forum" in last.en


SCOPES = [
    (
        ["fenfu-qr", "fenfu-online"],
        "扫码支付、线上支付：严重故障",
        "QR payment, Online payment: Major outage",
    ),
    (["fenfu-qr", "fenfu-online", "fenfu-repay", "fenfu-limit"], "分付：严重故障", "Fenfu: Major outage"),
    (
        ["fenfu-qr", "fenfu-online", "wxpay-card", "card-checkout"],
        "扫码支付、线上支付及另外 2 项：严重故障",
        "QR payment, Online payment and 2 more: Major outage",
    ),
    (list(COMPONENTS), "所有支付方式：严重故障", "All payment methods: Major outage"),
]


@pytest.mark.parametrize(("slugs", "chinese", "english"), SCOPES)
def test_verdict_names_groups_and_counts_the_rest_when_many_fail(
    world: World, slugs: list[str], chinese: str, english: str
) -> None:
    for slug in slugs:
        set_state(world, slug, ComponentState.MAJOR)

    assert verdict(world).headline == Bilingual(chinese, english)


def test_verdict_tells_what_a_busy_hour_follows_when_an_incident_has_just_ended(world: World) -> None:
    make_past_day(world, bad={RiskTier.HIGH: Outcome.TIMEOUT})
    before = verdict(world)
    make_incident(world, ago=timedelta(minutes=40), lasted=timedelta(minutes=28))

    after = verdict(world)

    assert before.facts[-1].en == "that is more than usual; our checks show no cause"
    assert after.facts[-1].en == "the hour holds an incident that ended 12 minutes ago"
    assert after.tone == "ok"


def test_verdict_says_that_it_begins_when_nothing_was_ever_concluded(world: World) -> None:
    Progress.objects.all().delete()

    assert verdict(world).headline.en.endswith("our own measuring is only beginning.")
    assert verdict(world).tone == "unknown"


def test_verdict_says_why_a_component_is_not_seen_when_that_is_our_own_fault(world: World) -> None:
    set_state(world, "fenfu-qr", ComponentState.UNKNOWN)
    Progress.objects.update(
        conditions=msgspec.to_builtins(
            Conditions(
                at=world.now,
                blind_components=("fenfu-qr",),
                blind_because={"fenfu-qr": Exclusion.UNAUTHENTICATED},
            )
        )
    )

    said = verdict(world)

    assert said.tone == "unknown"
    assert said.facts[0].en.endswith(": our own access has to be renewed")
    assert said.facts[0].zh.endswith("：我们自己的访问凭证需要更新")
    assert said.facts[1].en == "36 probes from 2 vantages see nothing unusual"


def test_verdict_says_why_nothing_is_seen_when_every_check_is_turned_away(world: World) -> None:
    slugs = tuple(Component.objects.values_list("slug", flat=True))
    for slug in slugs:
        set_state(world, slug, ComponentState.UNKNOWN)
    because = dict.fromkeys(slugs, Exclusion.THROTTLED)
    blind = Conditions(at=world.now, blind_components=slugs, blind_because=because)
    Progress.objects.update(conditions=msgspec.to_builtins(blind))

    said = verdict(world)

    assert said.tone == "unknown"
    assert "our own checks are too many for them" in said.facts[0].en


def test_verdict_counts_no_vantage_that_nobody_asks_from_any_more(world: World) -> None:
    Probe.objects.filter(vantage__slug="south").update(enabled=False)

    facts = [fact.en for fact in verdict(world).facts]

    assert any("from 1 vantage see nothing unusual" in fact for fact in facts)
