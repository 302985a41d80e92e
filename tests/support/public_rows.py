"""Rows of a small payment world, for tests of what is shown; every argument has a default."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.states import ComponentState
from probes.vocabulary.symptoms import Product, Symptom
from probes.vocabulary.tiers import RiskTier
from statuspage.analysis.values import Certainty, Evidence, ProbeEvidence, ReportEvidence
from statuspage.incidents.models import (
    Announcement,
    ComponentDay,
    ComponentStatus,
    Incident,
    IncidentUpdate,
    Maintenance,
)
from statuspage.monitoring.counts import WindowCounts
from statuspage.monitoring.minutes import add_minutes
from statuspage.monitoring.models import (
    CheckResult,
    CheckTotal,
    Component,
    ComponentGroup,
    DurationTotal,
    Endpoint,
    Persona,
    Probe,
    Progress,
    Report,
    Source,
    Vantage,
)
from statuspage.monitoring.totals import labels_by_probe
from tests.support.voices import count_voices

NOW = datetime(2026, 11, 22, 4, 26, 5, tzinfo=UTC)
GROUPS = {
    "fenfu": ("分付", "Fenfu"),
    "wechat-pay": ("微信支付（对照）", "WeChat Pay (control)"),
    "cards": ("银行卡", "Cards"),
}
PRODUCTS = {"fenfu": Product.FENFU, "wechat-pay": Product.WECHAT_PAY, "cards": Product.OTHER}
COMPONENTS = {
    "fenfu-qr": ("fenfu", "扫码支付", "QR payment"),
    "fenfu-online": ("fenfu", "线上支付", "Online payment"),
    "fenfu-repay": ("fenfu", "还款", "Repayment"),
    "fenfu-limit": ("fenfu", "额度查询", "Credit limit"),
    "wxpay-balance": ("wechat-pay", "零钱支付", "Balance payment"),
    "wxpay-card": ("wechat-pay", "银行卡支付", "Card in WeChat Pay"),
    "card-checkout": ("cards", "网上刷卡", "Card checkout"),
}
PERSONAS = {
    "ordinary": ("普通用户", "Ordinary payer", RiskTier.LOW),
    "new-device": ("新设备用户", "New device", RiskTier.ELEVATED),
    "reseller": ("转卖用户", "Reseller", RiskTier.HIGH),
}
VANTAGES = {"east": ("华东", "East"), "south": ("华南", "South")}


@dataclass
class World:
    """What was made, by slug."""

    components: dict[str, Component] = field(default_factory=dict)
    personas: dict[str, Persona] = field(default_factory=dict)
    vantages: dict[str, Vantage] = field(default_factory=dict)
    probes: list[Probe] = field(default_factory=list)
    now: datetime = NOW


def make_world(*, now: datetime = NOW, days: int = 90) -> World:
    """A site where all is well: components, probes, ninety quiet days, and everything concluded until now."""
    world = World(now=now)
    groups = {
        slug: ComponentGroup.objects.create(slug=slug, name_zh=zh, name_en=en, position=index)
        for index, (slug, (zh, en)) in enumerate(GROUPS.items())
    }
    for index, (slug, (group, zh, en)) in enumerate(COMPONENTS.items()):
        row = Component.objects.create(
            slug=slug, name_zh=zh, name_en=en, group=groups[group], position=index, product=PRODUCTS[group]
        )
        world.components[slug] = row
        ComponentStatus.objects.create(
            component=row, state=ComponentState.OPERATIONAL, since=now - timedelta(days=3), updated_at=now
        )
        _days(row, now, days)
    for slug, (zh, en, tier) in PERSONAS.items():
        world.personas[slug] = Persona.objects.create(slug=slug, name_zh=zh, name_en=en, risk_tier=tier.value)
    for slug, (zh, en) in VANTAGES.items():
        world.vantages[slug] = Vantage.objects.create(slug=slug, name_zh=zh, name_en=en)
    endpoint = Endpoint.objects.create(
        slug="wx",
        name_zh="微信",
        name_en="WeChat",
        gateway="wechat_pay_v3",
        base_url="https://api.mch.weixin.qq.com",
    )
    world.probes = Probe.objects.bulk_create(
        Probe(
            slug=f"{component.slug}-{persona.slug}-{vantage.slug}",
            component=component,
            persona=persona,
            vantage=vantage,
            endpoint=endpoint,
            operation="native",
        )
        for component in world.components.values()
        for persona in world.personas.values()
        for vantage in world.vantages.values()
    )
    Progress.objects.create(pk=1, concluded_until=now - timedelta(seconds=4), advanced_at=now)
    return world


def _days(component: Component, now: datetime, days: int) -> None:
    chance = random.Random(component.slug)
    today = (now + timedelta(hours=8)).date()
    rows = []
    for back in range(days):
        sums: dict[str, float] = {}
        if chance.random() < 0.05:
            cause = chance.choice(["outage", "maintenance", "risk_control", "policy_change", "unknown"])
            sums[f"{cause}_seconds"] = chance.choice([180.0, 1200.0, 9000.0])
        rows.append(
            ComponentDay(
                component=component,
                day=today - timedelta(days=back),
                observed_seconds=86400 - sums.get("unknown_seconds", 0),
                **sums,
            )
        )
    ComponentDay.objects.bulk_create(rows)


def make_past_day(
    world: World, *, bad: dict[str, Outcome] | None = None, since: timedelta = timedelta(minutes=25)
) -> None:
    """Counts of the past 24 hours and four weeks of posts; ``bad`` is what a tier meets ``since``."""
    start = world.now.replace(minute=0, second=0) - timedelta(hours=24)
    cells = {}
    for component in world.components.values():
        for persona in world.personas.values():
            for step in range(0, 25 * 60, 5):
                at = start + timedelta(minutes=step)
                if at > world.now:
                    break
                outcomes = {"accepted": 58 + step % 3, "declined_unknown": 1 + (step // 7) % 2}
                worst = (bad or {}).get(persona.risk_tier)
                if worst and at > world.now - since and component.slug.startswith("fenfu"):
                    outcomes = {"accepted": 4, worst.value: 55}
                series = f"{component.pk}.{persona.pk}.{world.vantages['east'].pk}"
                cells[at, series] = WindowCounts(outcomes=Counter(outcomes))
    add_minutes(cells)
    _posts(world, loud_since=world.now - since if bad else None)


def _posts(world: World, *, loud_since: datetime | None) -> None:
    source = Source.objects.create(
        slug="forum",
        name_zh="论坛",
        name_en="Forum",
        kind="html",
        url="https://forum.example/",
        last_success_at=world.now,
    )
    chance = random.Random(1)
    times = [world.now - timedelta(minutes=chance.uniform(0, 28 * 1440)) for _ in range(28 * 60)]
    if loud_since:
        whole = (world.now - loud_since).total_seconds()
        times += [loud_since + timedelta(seconds=chance.uniform(0, whole)) for _ in range(120)]
    Report.objects.bulk_create(
        Report(
            source=source,
            external_id=str(index),
            at=at,
            text="扫码转圈",
            symptom=Symptom.PAYMENT_FAILURE.value,
            product=Product.FENFU.value,
            probability=0.9,
        )
        for index, at in enumerate(times)
    )
    count_voices()


STORIES: dict[Cause, tuple[str, str, str, str, Outcome, dict[RiskTier, int]]] = {
    Cause.OUTAGE: (
        "分付扫码支付：系统故障",
        "Fenfu QR payment: system outage",
        "12:03 起，分付扫码支付的付款请求失败或过慢，是系统一侧的故障。",
        "Since 12:03 Fenfu QR payment fails or is too slow; the fault is the system's.",
        Outcome.TIMEOUT,
        {RiskTier.LOW: 3, RiskTier.ELEVATED: 2, RiskTier.HIGH: 2},
    ),
    Cause.MAINTENANCE: (
        "分付扫码支付：系统维护",
        "Fenfu QR payment: maintenance",
        "12:03 起，分付扫码支付正在维护，暂时不能付款。",
        "Since 12:03 Fenfu QR payment is under maintenance and takes no payments for now.",
        Outcome.MAINTENANCE,
        {RiskTier.LOW: 1, RiskTier.ELEVATED: 0, RiskTier.HIGH: 0},
    ),
    Cause.RISK_CONTROL: (
        "分付扫码支付：一批付款被风控拒绝",
        "Fenfu QR payment: a wave of refusals by risk control",
        "12:03 起，分付扫码支付的系统正常，但一批较高风险等级的账户被风控拒绝。",
        "Since 12:03 the system is up, but risk control refuses payments of many higher-risk accounts.",
        Outcome.DECLINED_RISK,
        {RiskTier.LOW: 97, RiskTier.ELEVATED: 31, RiskTier.HIGH: 6},
    ),
    Cause.POLICY_CHANGE: (
        "分付扫码支付：对部分用户停止服务",
        "Fenfu QR payment: service withdrawn from some users",
        "12:03 起，分付扫码支付对一部分用户给出了明确的停止服务答复。",
        "Since 12:03 Fenfu QR payment answers some users that the service is withdrawn.",
        Outcome.DECLINED_POLICY,
        {RiskTier.LOW: 98, RiskTier.ELEVATED: 97, RiskTier.HIGH: 0},
    ),
}
_sequence = iter(range(10**6))


def new_id() -> str:
    return f"t{next(_sequence):011d}"


def make_incident(
    world: World,
    *,
    cause: Cause = Cause.OUTAGE,
    components: tuple[str, ...] = ("fenfu-qr",),
    certainty: Certainty = Certainty.CONFIRMED,
    impact: Impact = Impact.MAJOR,
    ago: timedelta = timedelta(minutes=23),
    lasted: timedelta | None = None,
    **fields: Any,
) -> Incident:
    """An incident with evidence and two updates; open unless ``lasted`` says how long it was."""
    zh, en, text_zh, text_en, outcome, accepted = STORIES[cause]
    started = world.now - ago
    resolved = started + lasted if lasted else None
    incident = Incident.objects.create(
        public_id=new_id(),
        cause=cause.value,
        impact=impact.value,
        status="resolved" if resolved else "identified",
        certainty=certainty.value,
        confidence=0.97,
        affected=list(components),
        started_at=started,
        detected_at=started + timedelta(seconds=40),
        confirmed_at=started + timedelta(seconds=50) if certainty is Certainty.CONFIRMED else None,
        resolved_at=resolved,
        evidence=msgspec.to_builtins(evidence_of(world, components, outcome, accepted)),
        alternatives=[["normal", 0.01], [next(c.value for c in Cause if c is not cause), 0.02]],
        causes=[],
        created_at=started + timedelta(seconds=40),
        updated_at=resolved or started + timedelta(minutes=2),
        **{"title_zh": zh, "title_en": en, "key": new_id(), **fields},
    )
    incident.components.set([world.components[slug] for slug in components])
    steps = [("investigating", started + timedelta(seconds=40), text_zh, text_en)]
    steps.append(
        (
            "identified",
            started + timedelta(minutes=2),
            "已证实。" + text_zh,
            "This is now certain. " + text_en,
        )
    )
    if resolved:
        steps.append(("resolved", resolved, "已恢复正常。", "Payments work again."))
    for number, (status, at, body_zh, body_en) in enumerate(steps, start=1):
        IncidentUpdate.objects.create(
            incident=incident,
            sequence=number,
            public_id=new_id(),
            status=status,
            body_zh=body_zh,
            body_en=body_en,
            by_machine=True,
            created_at=at,
        )
    return incident


def evidence_of(
    world: World, components: tuple[str, ...], outcome: Outcome, accepted: dict[RiskTier, int]
) -> Evidence:
    """A hundred checks of each payer from each vantage, and what users said."""
    probes = tuple(
        ProbeEvidence(
            component=components[0],
            persona=persona.slug,
            tier=RiskTier(persona.risk_tier),
            vantage=vantage,
            checks=100,
            accepted=accepted[RiskTier(persona.risk_tier)],
            outcomes=((outcome, 100 - accepted[RiskTier(persona.risk_tier)]),),
            sample="403 RULE_LIMIT 当前交易存在风险"
            if outcome is Outcome.DECLINED_RISK
            else "503 SYSTEM_ERROR 系统繁忙",
            usual_failure_ratio=0.012,
            weight=float(100 - accepted[RiskTier(persona.risk_tier)]),
        )
        for persona in world.personas.values()
        for vantage in world.vantages
    )
    reports = (
        ReportEvidence(
            symptom=Symptom.PAYMENT_FAILURE,
            count=212,
            usual=6.0,
            authors=190,
            quotes=("扫码一直转圈，付不出去", "QR code keeps spinning"),
            weight=30.0,
        ),
    )
    return Evidence(window_seconds=1380.0, probes=probes, reports=reports)


def set_state(world: World, slug: str, state: ComponentState) -> None:
    ComponentStatus.objects.filter(component=world.components[slug]).update(state=state)


def make_announcement(world: World, **fields: Any) -> Announcement:
    values: dict[str, Any] = {
        "title_zh": "春节期间客服时间调整",
        "title_en": "Support hours over the holiday",
        "body_zh": "客服时间为 **9:00–21:00**。详见[官方公告](https://example.com/)。",
        "body_en": "Support answers from **9:00 to 21:00**. See the [notice](https://example.com/).",
        "starts_at": world.now - timedelta(hours=2),
    }
    return Announcement.objects.create(**{**values, **fields})


def make_maintenance(
    world: World, *, starts_in: timedelta = timedelta(hours=20), **fields: Any
) -> Maintenance:
    values: dict[str, Any] = {
        "slug": new_id(),
        "public_id": new_id(),
        "title_zh": "分付还款系统升级",
        "title_en": "Upgrade of Fenfu repayment",
        "body_zh": "期间无法还款，不影响付款。",
        "body_en": "No repayments meanwhile; payments work.",
        "starts_at": world.now + starts_in,
        "ends_at": world.now + starts_in + timedelta(hours=2),
        "announced_at": world.now - timedelta(days=1),
        "updated_at": world.now - timedelta(days=1),
    }
    row = Maintenance.objects.create(**{**values, **fields})
    row.components.set([world.components["fenfu-repay"]])
    return row


def make_results(world: World) -> None:
    """A newest result and totals of each probe."""
    labels = labels_by_probe()
    for probe in world.probes:
        CheckResult.objects.create(
            probe=probe,
            tick=world.now - timedelta(seconds=10),
            at=world.now - timedelta(seconds=9),
            stored_at=world.now - timedelta(seconds=8),
            outcome=Outcome.ACCEPTED.value,
            http_status=200,
            code="SUCCESS",
            latency_ms=142.0,
            phases={"dns": 2.0, "connect": 11.0, "tls": 20.0, "first_byte": 100.0, "body": 9.0},
            certificate_expires_at=world.now + timedelta(days=60),
        )
        who = labels[probe.pk]._asdict()
        CheckTotal.objects.create(**who, outcome="accepted", count=1000)
        CheckTotal.objects.create(**who, outcome="timeout", count=3)
    buckets = {"0.1": 5, "0.5": 7, "1": 2}
    for component in world.components:
        for vantage in world.vantages:
            DurationTotal.objects.create(
                component=component, vantage=vantage, buckets=buckets, sum_seconds=4.2, count=15
            )
