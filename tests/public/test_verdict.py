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
from statuspage.incidents.models import Incident
from statuspage.monitoring.models import Component, Probe, Progress, Source
from statuspage.monitoring.pausing import pause_probes
from statuspage.public.read.snapshot import build
from statuspage.public.render.headline import Headline, Scene, headline_of
from statuspage.public.render.standing import standing_of, why_unknown
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
    (ComponentState.DEGRADED, "outage", "分付 · 扫码支付：部分异常", "Fenfu · QR payment: Partly degraded"),
    (ComponentState.PARTIAL, "outage", "分付 · 扫码支付：部分故障", "Fenfu · QR payment: Partial outage"),
    (ComponentState.MAJOR, "outage", "分付 · 扫码支付：严重故障", "Fenfu · QR payment: Major outage"),
    (
        ComponentState.MAINTENANCE,
        "maintenance",
        "分付 · 扫码支付：维护中",
        "Fenfu · QR payment: Under maintenance",
    ),
    (
        ComponentState.UNKNOWN,
        "unknown",
        "看得到的都正常；分付 · 扫码支付情况不明",
        "Everything we can see works; we do not know about Fenfu · QR payment",
    ),
    (ComponentState.OPERATIONAL, "ok", "支付一切正常", "Payments are working normally"),
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
    assert "21 checks from 1 place all look normal" in facts
    assert "our own network in South is down; checks from there are left out" in facts
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

    assert "现在读不到论坛上的帖子" in last.zh
    assert "we cannot read posts on Forum right now" in last.en


SCOPES = [
    (
        ["fenfu-qr", "fenfu-online"],
        "分付 · 扫码支付、线上支付：严重故障",
        "Fenfu · QR payment and Online payment: Major outage",
    ),
    (["fenfu-qr", "fenfu-online", "fenfu-repay", "fenfu-limit"], "分付：严重故障", "Fenfu: Major outage"),
    (
        ["fenfu-qr", "fenfu-online", "wxpay-card", "card-checkout"],
        "分付 · 扫码支付、线上支付等 4 项服务：严重故障",
        "Fenfu · QR payment, Online payment and 2 more: Major outage",
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
    make_incident(world, ago=timedelta(minutes=80), lasted=timedelta(minutes=28))

    after = verdict(world)

    assert before.facts[-1].en == "more than usual, but our checks show no cause"
    assert after.facts[-1].en == "that includes an incident that ended 52 minutes ago"
    assert after.tone == "ok"


def test_verdict_says_that_it_begins_when_nothing_was_ever_concluded(world: World) -> None:
    Progress.objects.all().delete()

    assert verdict(world).headline.en.endswith("our own monitoring has only just started")
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
    assert said.facts[0].en.endswith(": our own credentials need renewing")
    assert said.facts[0].zh.endswith("：我们自己的访问凭证需要更新")
    assert said.facts[1].en == "36 checks from 2 places all look normal"


def test_verdict_says_that_we_judge_anew_when_the_detector_lost_an_incident(world: World) -> None:
    for slug in Component.objects.values_list("slug", flat=True):
        set_state(world, slug, ComponentState.UNKNOWN)
    anew = Conditions(at=world.now, anew_until=world.now + timedelta(seconds=30))
    Progress.objects.update(conditions=msgspec.to_builtins(anew))

    said = verdict(world)

    assert said.scene == "unknown"
    assert said.headline == Bilingual(
        "目前情况不明：我们正在重新判断", "We do not know yet: we are judging everything anew"
    )


def test_verdict_says_why_nothing_is_seen_when_every_check_is_turned_away(world: World) -> None:
    slugs = tuple(Component.objects.values_list("slug", flat=True))
    for slug in slugs:
        set_state(world, slug, ComponentState.UNKNOWN)
    because = dict.fromkeys(slugs, Exclusion.THROTTLED)
    blind = Conditions(at=world.now, blind_components=slugs, blind_because=because)
    Progress.objects.update(conditions=msgspec.to_builtins(blind))

    said = verdict(world)

    assert said.tone == "unknown"
    assert "we ask too often and are being turned away" in said.facts[0].en


@pytest.mark.parametrize(
    ("blind", "says"),
    [((), "fail"), (("fenfu-qr",), "failed · we cannot see it ourselves right now")],
    ids=["it is seen", "it is not"],
)
def test_outage_is_told_as_what_was_when_nothing_of_it_is_seen_any_more(
    world: World, blind: tuple[str, ...], says: str
) -> None:
    make_incident(world)
    set_state(world, "fenfu-qr", ComponentState.MAJOR)
    Progress.objects.update(conditions=msgspec.to_builtins(Conditions(at=world.now, blind_components=blind)))

    facts = [fact.en for fact in verdict(world).facts if not fact.en.endswith("(usually about 6)")]

    assert " · ".join(facts[1:]).removeprefix("almost all test payments ") == says


def test_verdict_counts_no_vantage_that_nobody_asks_from_any_more(world: World) -> None:
    Probe.objects.filter(vantage__slug="south").update(enabled=False)

    facts = [fact.en for fact in verdict(world).facts]

    assert any("from 1 place all look normal" in fact for fact in facts)


# the five states of the first screen


def told_of(incident: Incident, **changes: object) -> None:
    incident.evidence = {**incident.evidence, **changes}
    incident.save()


def test_first_screen_says_how_much_fails_and_who_says_so_when_an_outage_is_confirmed(world: World) -> None:
    outage = make_incident(world)
    told_of(outage, probes=[{**row, "accepted": 0} for row in outage.evidence["probes"]])

    said = verdict(world)

    assert said.scene is Scene.CONFIRMED
    assert [fact.zh for fact in said.facts] == [
        "已 23 分钟",
        "所有测试付款都失败",
        "212 人反馈（平时约 6 人）",
    ]
    assert [fact.en for fact in said.facts] == [
        "23 minutes so far",
        "all test payments fail",
        "212 people reported it (usually about 6)",
    ]


@pytest.mark.parametrize("changes", [{"taken_over": True}, {"status": "monitoring"}], ids=["led", "eased"])
def test_first_screen_does_not_say_how_much_fails_when_that_was_measured_before(
    world: World, changes: dict[str, object]
) -> None:
    make_incident(world)
    Incident.objects.update(**changes)

    facts = [fact.en for fact in verdict(world).facts]

    assert not any("fail" in fact for fact in facts)
    assert any("reported it" in fact for fact in facts)


def test_first_screen_says_who_is_spared_when_risk_checks_decline_some(world: World) -> None:
    make_incident(world, cause=Cause.RISK_CONTROL)

    assert verdict(world).facts[1] == Bilingual(
        "每 10 笔测试付款约 6 笔被拒，普通账户基本不受影响",
        "about 6 in 10 test payments are declined; ordinary accounts are hardly affected",
    )


def test_first_screen_tells_no_extent_when_it_is_maintenance(world: World) -> None:
    make_incident(world, cause=Cause.MAINTENANCE)

    assert [fact.en for fact in verdict(world).facts] == [
        "23 minutes so far",
        "212 people reported it (usually about 6)",
    ]


def test_first_screen_says_that_it_is_not_sure_when_tests_suspect_something(world: World) -> None:
    make_incident(world, certainty=Certainty.SUSPECTED)

    said = verdict(world)

    assert (said.scene, said.tone) == (Scene.SUSPECTED, "outage")
    assert said.facts[-1].en == "not confirmed yet; we are checking"
    assert not any("%" in fact.zh for fact in said.facts)
    assert said.brief == Bilingual("疑似系统故障", "Possible outage")


def test_first_screen_says_that_tests_did_not_meet_it_when_users_alone_tell_of_it(world: World) -> None:
    told_of(make_incident(world, certainty=Certainty.SUSPECTED), told_only=True)

    said = verdict(world)

    assert said.scene is Scene.TOLD
    assert [fact.zh for fact in said.facts[1:]] == [
        "212 人反馈（平时约 6 人）",
        "我们自己的测试没有遇到",
        "尚未证实，正在核实",
    ]


def test_first_screen_says_that_we_cannot_see_when_users_tell_of_what_is_unknown(world: World) -> None:
    told_of(make_incident(world, certainty=Certainty.SUSPECTED), told_only=True)
    set_state(world, "fenfu-qr", ComponentState.UNKNOWN)

    assert verdict(world).facts[2].en == "we cannot see it ourselves right now"


@pytest.mark.parametrize("ended", [None, timedelta(minutes=18)], ids=["quiet", "something just over"])
def test_first_screen_does_not_say_that_all_is_well_when_nothing_is_watched(
    world: World, ended: timedelta | None
) -> None:
    if ended:
        make_incident(world, ago=timedelta(minutes=20), lasted=ended)
    Component.objects.update(retired=True)

    said = verdict(world)

    assert (said.scene, said.tone, said.brief.en) == (Scene.UNKNOWN, "unknown", "Unknown")
    assert said.headline.en == "We do not know: we are not checking any payment method at the moment"


@pytest.mark.parametrize(("ended", "heard"), [(timedelta(minutes=9), 1), (timedelta(minutes=40), 0)])
def test_first_screen_names_what_users_told_of_when_that_has_just_passed(
    world: World, ended: timedelta, heard: int
) -> None:
    lasted = timedelta(minutes=20)
    told = make_incident(world, certainty=Certainty.SUSPECTED, ago=lasted + ended, lasted=lasted)
    told_of(told, told_only=True)
    make_incident(world, certainty=Certainty.SUSPECTED, ago=lasted + ended, lasted=lasted)

    said = verdict(world)

    assert (said.scene, len(said.others)) == (Scene.CALM, heard)
    assert all(incident.id == told.public_id for incident in said.others)


ROWS = [
    (Cause.OUTAGE, Certainty.SUSPECTED, False, "疑似异常", "Signs of trouble"),
    (Cause.RISK_CONTROL, Certainty.SUSPECTED, True, "用户反馈异常", "Users report trouble"),
    (Cause.RISK_CONTROL, Certainty.CONFIRMED, False, "部分被拒", "Declined for some"),
    (Cause.POLICY_CHANGE, Certainty.CONFIRMED, False, "部分停用", "Withdrawn for some"),
    (Cause.OUTAGE, Certainty.CONFIRMED, False, "部分异常", "Partly degraded"),
]


@pytest.mark.parametrize(("cause", "certainty", "told_only", "chinese", "english"), ROWS)
def test_row_says_what_is_the_matter_when_a_component_is_degraded(
    world: World, cause: Cause, certainty: Certainty, told_only: bool, chinese: str, english: str
) -> None:
    told_of(make_incident(world, cause=cause, certainty=certainty), told_only=told_only)
    set_state(world, "fenfu-qr", ComponentState.DEGRADED)
    snapshot = build(world.now)

    stands = standing_of(snapshot, snapshot.components[0])

    assert (stands.tone, stands.word) == (cause.value, Bilingual(chinese, english))
    assert stands.suspected is (certainty is Certainty.SUSPECTED)


def test_row_says_slow_when_that_was_measured(world: World) -> None:
    told_of(make_incident(world), extents=[["fenfu-qr", "slow"]])
    set_state(world, "fenfu-qr", ComponentState.DEGRADED)
    snapshot = build(world.now)

    assert standing_of(snapshot, snapshot.components[0]).word.en == "Slow"


def test_component_says_why_it_is_unknown_when_that_is_our_own_fault(world: World) -> None:
    set_state(world, "fenfu-qr", ComponentState.UNKNOWN)
    because = {"fenfu-qr": Exclusion.STARVED}
    blind = Conditions(at=world.now, blind_components=("fenfu-qr",), blind_because=because)
    Progress.objects.update(conditions=msgspec.to_builtins(blind))
    snapshot = build(world.now)

    why = why_unknown(snapshot, snapshot.components[0])

    assert why.en == "We cannot see QR payment: our own machine is overloaded."
    assert not why_unknown(snapshot, snapshot.components[1])


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (None, ("扫码支付的测试暂停中，情况未知。", "are paused: how things stand there is not known.")),
        (timedelta(hours=1), ("的测试暂停到 ", "are paused until ")),
    ],
    ids=["until somebody resumes them", "for an hour"],
)
def test_page_says_that_tests_are_paused_when_somebody_paused_them(
    world: World, until: timedelta | None, said: tuple[str, str]
) -> None:
    ends = None if until is None else world.now + until
    probes = Probe.objects.filter(component__slug="fenfu-qr")
    pause_probes(probes=probes, until=ends, reason="internal", now=world.now)
    set_state(world, "fenfu-qr", ComponentState.UNKNOWN)

    snapshot = build(world.now)
    why = why_unknown(snapshot, snapshot.components[0])
    facts = headline_of(snapshot).facts

    assert said[0] in why.zh
    assert said[1] in why.en
    assert said[1].rstrip(".") in facts[0].en
    assert "internal" not in why.en + facts[0].en
