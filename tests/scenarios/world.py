"""Makes recorded traces with a known truth: a provider, its payers and its users, drawn wide from a seed."""

import json
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from probes.listening.reading.confusion import confusion
from probes.vocabulary.observations import (
    Check,
    MaintenanceWindow,
    ObservedReport,
    WatchedCatalog,
    WatchedComponent,
    WatchedPersona,
    WatchedProbe,
)
from probes.vocabulary.symptoms import Product, Symptom
from probes.vocabulary.tiers import RiskTier
from probes.vocabulary.traces import End, Line
from tests.scenarios.answers import Answer, Answers

START = datetime(2026, 4, 6, tzinfo=UTC)
LOW, ELEVATED, HIGH = RiskTier.LOW, RiskTier.ELEVATED, RiskTier.HIGH
POSTS = [json.loads(line) for line in (Path(__file__).parent / "posts.jsonl").read_text().splitlines()]

_COMPONENTS = (
    ("fenfu-qr", "分付 · 扫码支付", "fenfu"),
    ("fenfu-online", "分付 · 线上支付", "fenfu"),
    ("fenfu-repay", "分付 · 还款", "fenfu"),
    ("fenfu-limit", "分付 · 额度查询", "fenfu"),
    ("wxpay-balance", "零钱支付", "wechat-pay"),
    ("wxpay-card", "银行卡支付", "wechat-pay"),
    ("wxpay-transfer", "转账", "wechat-pay"),
)
_PRODUCTS = {"fenfu": Product.FENFU, "wechat-pay": Product.WECHAT_PAY}
_PERSONAS = (
    ("ordinary", LOW),
    ("new-device", ELEVATED),
    ("heavy-spender", ELEVATED),
    ("reseller", HIGH),
    ("salaried", LOW),
    ("fresh-account", ELEVATED),
    ("night-gamer", HIGH),
    ("overdue", HIGH),
)
_VANTAGES = ("east", "south", "north")


@dataclass(kw_only=True)
class Event:
    """Something that is the matter from ``start`` to ``end`` (seconds). ``effect`` may replace an answer."""

    cause: str
    components: tuple[str, ...]
    start: float
    end: float
    effect: Callable[["World", "Call"], Answer | None]
    must: bool = True
    heard: bool = False
    forever: bool = False
    kind: str = ""
    posts: float = 0.0  # posts a minute at its height
    in_truth: bool = True
    stretches: Callable[[float], bool] | None = None  # when it bites, for faults that come and go
    mixture: dict[str, float] | None = None  # shares of its posts by label; mostly the cause's own
    fade: float | None = None  # seconds in which talk falls to a third after the end
    end_seen: float | None = None  # when its end could first be seen, where that is later
    end_told: bool = True  # whether its end is to be measured: another trouble may follow on its heels


@dataclass(frozen=True, kw_only=True)
class Call:
    """One check about to be made."""

    at: float
    component: str
    persona: str
    tier: RiskTier
    vantage: str


@dataclass(kw_only=True)
class Shape:
    """The drawn parameters of a world."""

    components: int = 6
    personas: int = 4
    payers: tuple[str, ...] = ()  # these and no others, where given
    vantages: int = 2
    controls: bool = True
    interval: float = 60.0
    hours: float = 8.0
    technical: float = 0.003
    risk: dict[RiskTier, float] = field(default_factory=lambda: {LOW: 0.001, ELEVATED: 0.012, HIGH: 0.07})
    missed: float = 0.01
    throttled: float = 0.0003
    blips_per_day: float = 0.25  # per component
    latency: float = 180.0
    posts_per_minute: float = 0.25
    load: float = 1.0
    misread: bool = False  # whether posts are read with the errors that the reader makes of strangers'


def drawn_shape(dice: random.Random, **fixed: object) -> Shape:
    """A world of the kind that real traces show, with everything drawn."""
    shape = Shape(
        components=dice.choice([3, 4, 5, 6, 6, 7]),
        personas=dice.choice([4, 4, 4, 5, 6]),
        vantages=dice.choice([2, 2, 2, 3, 1]),
        controls=dice.random() < 0.75,
        interval=dice.choice([30.0, 60.0, 60.0, 60.0, 120.0]),
        hours=dice.uniform(7, 11),
        technical=dice.uniform(0.001, 0.008),
        risk={
            LOW: dice.uniform(0, 0.002),
            ELEVATED: dice.uniform(0.003, 0.028),
            HIGH: dice.uniform(0.02, 0.12),
        },
        missed=dice.uniform(0.0, 0.03),
        blips_per_day=dice.uniform(0.0, 0.6),
        latency=dice.uniform(90, 260),
        posts_per_minute=dice.uniform(0.12, 0.5),
    )
    for name, value in fixed.items():
        setattr(shape, name, value)
    return shape


class World:
    """One drawn world; ``lines`` is its trace and ``truth`` what was true."""

    def __init__(self, dice: random.Random, shape: Shape) -> None:
        self.dice, self.shape = dice, shape
        self.answers = Answers(dice)
        self.events: list[Event] = []
        self.notices: list[MaintenanceWindow] = []
        self.silences: list[tuple[float, float]] = []  # no checks at all
        self.meddlers: list[Callable[[Call], Answer | None]] = []  # the instrument's own troubles
        self.extra_posts: list[tuple[float, str, str]] = []  # (at, author, text)
        self.slower: Callable[[float], float] = lambda at: 1.0
        self.busier: Callable[[float], float] = lambda at: 1.0
        self.end = shape.hours * 3600.0
        chosen = _COMPONENTS[: shape.components]
        self.components = [slug for slug, _, _ in chosen]
        self.personas = dict(_PERSONAS[: shape.personas])
        if shape.payers:
            self.personas = {slug: tier for slug, tier in _PERSONAS if slug in shape.payers}
        self.vantages = list(_VANTAGES[: shape.vantages])
        self.catalog = WatchedCatalog(
            timezone="Asia/Shanghai",
            components=tuple(
                WatchedComponent(slug=s, name=n, group=g, product=_PRODUCTS[g]) for s, n, g in chosen
            ),
            personas=tuple(WatchedPersona(slug=s, risk_tier=t) for s, t in self.personas.items()),
            probes=tuple(self._probes()),
        )

    def add(self, event: Event) -> None:
        self.events.append(event)

    def some(self, least: int = 1, most: int = 2, *, fenfu: bool = False) -> tuple[str, ...]:
        """A few components, drawn."""
        pool = [c for c in self.components if c.startswith("fenfu")] if fenfu else self.components
        count = min(len(pool), self.dice.randint(least, most))
        return tuple(sorted(self.dice.sample(pool, count), key=self.components.index))

    def lines(self) -> Iterator[Line]:
        """The trace, catalog first and end last."""
        self._blips()
        timed: list[tuple[float, int, Line]] = []
        timed += [(at, n, line) for n, (at, line) in enumerate(self._checks())]
        timed += [(at, n, line) for n, (at, line) in enumerate(self._posts())]
        timed += [((n.at - START).total_seconds(), i, n) for i, n in enumerate(self.notices)]
        timed.sort(key=lambda item: item[:2])
        yield self.catalog
        for at, _, line in timed:
            if at < self.end:
                yield line
        yield End(at=_when(self.end))

    def truth(self) -> list[dict[str, Any]]:
        """One record per event, as the format says."""
        return [
            {
                "cause": e.cause,
                "components": list(e.components),
                "start": _stamp(e.start),
                "end": None if e.forever else _stamp(e.end),
                "must": e.must,
                "heard": e.heard,
                "kind": e.kind,
                "end_seen": None if e.end_seen is None else _stamp(e.end_seen),
                "end_told": e.end_told,
            }
            for e in sorted(self.events, key=lambda e: e.start)
            if e.in_truth
        ]

    def _probes(self) -> Iterator[WatchedProbe]:
        for vantage in self.vantages:
            for component in self.components:
                for persona in self.personas:
                    yield WatchedProbe(
                        slug=f"{component}.{persona}.{vantage}",
                        component=component,
                        persona=persona,
                        vantage=vantage,
                        interval_s=self.shape.interval,
                    )
            if self.shape.controls:
                for name in ("dns", "web"):
                    yield WatchedProbe(
                        slug=f"control.{name}.{vantage}",
                        component=None,
                        persona=None,
                        vantage=vantage,
                        interval_s=self.shape.interval,
                    )

    def _blips(self) -> None:
        for component in self.components:
            expected = self.shape.blips_per_day * self.shape.hours / 24.0
            while self.dice.random() < expected:
                expected -= 1.0
                start = self.dice.uniform(0, self.end - 120)
                self.add(
                    Event(
                        cause="outage",
                        components=(component,),
                        start=start,
                        end=start + self.dice.uniform(20, 75),
                        effect=lambda world, call: (
                            world.answers.broken() if world.dice.random() < 0.9 else None
                        ),
                        must=False,
                        kind="blip",
                    )
                )

    def _checks(self) -> Iterator[tuple[float, Check]]:
        for probe in self.catalog.probes:
            slot = self.dice.uniform(0, probe.interval_s)
            at = slot
            while at < self.end - 20:
                tick = at
                at += probe.interval_s
                if self.dice.random() < self.shape.missed or any(a <= tick < b for a, b in self.silences):
                    continue
                answer = self._answer(probe, tick)
                done = tick + answer.latency / 1000.0
                yield (
                    done,
                    Check(
                        at=_when(done),
                        probe=probe.slug,
                        error=answer.error,
                        http_status=answer.status,
                        code=answer.code,
                        message=answer.message,
                        latency_ms=round(answer.latency, 1),
                    ),
                )

    def _answer(self, probe: WatchedProbe, at: float) -> Answer:
        dice = self.dice
        call = Call(
            at=at,
            component=probe.component or "",
            persona=probe.persona or "",
            tier=self.personas.get(probe.persona or "", LOW),
            vantage=probe.vantage,
        )
        for meddler in self.meddlers:
            answer = meddler(call)
            if answer is not None:
                return answer
        if probe.component is None:
            return self.answers.broken() if dice.random() < 0.0006 else self.answers.fine(12.0, "")
        for event in self.events:
            if event.heard or not event.start <= at < event.end or probe.component not in event.components:
                continue
            if event.stretches is not None and not event.stretches(at - event.start):
                continue
            answer = event.effect(self, call)
            if answer is not None:
                return answer
        return self._usual(call)

    def _usual(self, call: Call) -> Answer:
        dice, shape = self.dice, self.shape
        if dice.random() < shape.technical:
            return self.answers.broken()
        if dice.random() < shape.risk[call.tier]:
            return self.answers.usual_risk()
        if dice.random() < shape.throttled * self.busier(call.at):
            return Answer(status=429, code="FREQUENCY_LIMITED", message="频率超限", latency=50.0)
        if dice.random() < 0.0003:
            return Answer(status=403, code="NOT_ENOUGH", message="余额不足", latency=90.0)
        day = 1.0 + 0.25 * math.sin((call.at / 3600.0 - 3.0) / 24.0 * 2 * math.pi)
        latency = shape.latency * day * self.slower(call.at) * math.exp(dice.gauss(0, 0.42))
        return self.answers.fine(latency, "SUCCESS")

    def _posts(self) -> Iterator[tuple[float, ObservedReport]]:
        usual = {
            "irrelevant": 0.68,
            "working": 0.1,
            "payment_failure": 0.07,
            "risk_decline": 0.06,
            "account_security": 0.04,
            "policy_closure": 0.025,
            "maintenance": 0.025,
        }
        at = 0.0
        while at < self.end:
            day = 0.7 + 0.5 * math.sin((at / 3600.0 - 1.0) / 24.0 * 2 * math.pi)
            rate = self.shape.posts_per_minute * day * self.busier(at)
            at += self.dice.expovariate(1.0) * 60.0 / max(0.02, rate)
            label = self.dice.choices(list(usual), list(usual.values()))[0]
            yield self._post(at, label)
        for event in self.events:
            yield from self._excited(event)
        for when, author, text in self.extra_posts:
            yield self._report(when, author, text)

    def _excited(self, event: Event) -> Iterator[tuple[float, ObservedReport]]:
        own = {
            "outage": "payment_failure",
            "risk_control": "risk_decline",
            "maintenance": "maintenance",
            "policy_change": "policy_closure",
        }[event.cause]
        after = _After(random.Random(f"{event.start}"))
        at = event.start
        fade_seconds = event.fade or after.fade
        while event.posts and at < min(self.end, event.end + max(1800, 3 * (event.fade or 0.0))):
            ramp = min(1.0, (at - event.start + 120.0) / 300.0)
            fade = math.exp(-max(0.0, at - event.end) / fade_seconds)
            tired = math.exp(-max(0.0, at - event.start - 7200.0) / 7200.0)
            at += self.dice.expovariate(1.0) * 60.0 / max(0.02, event.posts * ramp * fade * tired)
            label = own
            if event.mixture is not None:
                label = self.dice.choices(list(event.mixture), list(event.mixture.values()))[0]
            elif self.dice.random() < 0.25:
                label = self.dice.choice(["irrelevant", "working", "payment_failure", "risk_decline"])
            if at > event.end and self.dice.random() < after.relieved:
                label = "working"
            yield self._post(at, label)

    def _post(self, at: float, label: str) -> tuple[float, ObservedReport]:
        text = self.words(label)
        return self._report(at, f"{self.dice.getrandbits(32):08x}", text)

    def words(self, label: str) -> str:
        """What somebody writes who means ``label``, or what the reader takes it for where it errs."""
        if self.shape.misread:
            row = confusion()[Symptom(label)]
            label = self.dice.choices(list(row), list(row.values()))[0]
        wanted: tuple[str, ...] = ("fenfu", "none") if self.dice.random() < 0.93 else ("wechat_pay",)
        if label == "irrelevant":
            wanted = ("fenfu", "none", "wechat_pay", "other")
        pool = [p["text"] for p in POSTS if p["label"] == label and p["product"] in wanted]
        pool = pool or [p["text"] for p in POSTS if p["label"] == label]
        text: str = self.dice.choice(pool)
        if self.dice.random() < 0.35:
            text += self.dice.choice([" / ", "。", " ", "，"]) + self.dice.choice(pool)
        decorated = self.dice.choice(["", "求助 ", "就现在 ", "ugh ", "📍成都 "]) + text
        return decorated + self.dice.choice(["", "", "！！", " anyone?", " 急", "。。。"])

    def _report(self, at: float, author: str, text: str) -> tuple[float, ObservedReport]:
        seen = at + self.dice.uniform(5, 60)
        return seen, ObservedReport(
            at=_when(seen),
            published_at=_when(at),
            source=self.dice.choice(["forum", "microblog", "complaints"]),
            author=author,
            text=text,
            url=f"http://forum.example/t/{self.dice.getrandbits(30)}",
        )


class _After:
    """How people talk once it is over: for how long, and how many of them of its working again."""

    def __init__(self, dice: random.Random) -> None:
        self.fade = dice.uniform(180.0, 420.0)  # seconds
        self.relieved = dice.choice([0.0, 0.3, 0.45, 0.6])


def _when(at: float) -> datetime:
    return START + timedelta(milliseconds=round(at * 1000))


def _stamp(at: float) -> str:
    return _when(at).isoformat(timespec="milliseconds").replace("+00:00", "Z")
