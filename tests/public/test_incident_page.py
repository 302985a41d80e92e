"""The page of one incident: in brief on top, all of the evidence behind a tap."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from probes.vocabulary.causes import Cause
from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.tiers import RiskTier
from statuspage.analysis.values import Certainty, ProbeEvidence
from statuspage.incidents.models import Incident
from statuspage.incidents.recording import close_orphans
from statuspage.monitoring.models import Component
from statuspage.public.read.snapshot import build
from statuspage.public.render.evidence import accepted_bars, other_causes, usual_answer
from tests.support.html import text, tree
from tests.support.public_rows import World, evidence_of, make_incident


def met(**fields: object) -> ProbeEvidence:
    values: dict[str, object] = {
        "component": "fenfu-qr",
        "persona": "ordinary",
        "tier": RiskTier.LOW,
        "vantage": "east",
        "checks": 10,
        "accepted": 0,
        "outcomes": ((Outcome.TIMEOUT, 10),),
        "sample": "timeout",
        "usual_failure_ratio": 0.01,
        "weight": 1.0,
    }
    return ProbeEvidence(**{**values, **fields})  # type: ignore[arg-type]


def test_incident_page_shows_its_evidence_when_it_is_over(
    world: World, published: Callable[[], Path]
) -> None:
    incident = make_incident(
        world, cause=Cause.RISK_CONTROL, ago=timedelta(hours=3), lasted=timedelta(hours=1)
    )

    page = tree(published() / f"en/incidents/{incident.public_id}/index.html")

    rows = text(page, "details table")
    assert "Reseller" in rows
    assert "6/100 6%" in rows
    assert "403 RULE_LIMIT 当前交易存在风险" in rows
    assert text(page, ".answer-text") == "当前交易存在风险"
    assert "unchanged since it ended" in text(page, ".evidence")
    assert "扫码一直转圈" in text(page, ".quotes")
    assert "automatic" in text(page, ".updates")
    assert len(page.css(".shares dt")) == 3


@pytest.mark.parametrize("over", [False, True], ids=["it goes on", "it is over"])
def test_incident_page_says_in_a_sentence_what_happened_to_whom_when(
    world: World, published: Callable[[], Path], over: bool
) -> None:
    lasted = timedelta(hours=1) if over else None
    incident = make_incident(world, cause=Cause.RISK_CONTROL, ago=timedelta(hours=2), lasted=lasted)

    page = tree(published() / f"incidents/{incident.public_id}/index.html")

    told = text(page, ".happened")
    assert told.startswith(
        "每 10 笔测试付款约 6 笔被拒，普通账户基本" + ("未受影响。" if over else "不受影响。")
    )
    assert "212 人反馈" in told


@pytest.mark.parametrize(("root", "said"), [("", "没有看到它结束"), ("en/", "We did not see it end")])
def test_incident_page_claims_no_end_when_nobody_saw_one(
    world: World, published: Callable[[], Path], root: str, said: str
) -> None:
    incident = make_incident(world)
    close_orphans(at=world.now)

    folder = published()

    page = tree(folder / f"{root}incidents/{incident.public_id}/index.html")
    assert said in text(page, ".happened")
    assert ("已解决" if not root else "Resolved") not in text(page, "article header")
    assert "23" not in text(page, "article header .facts")
    for name in ("history.atom", "history.json", "updates.rss"):
        assert said in (folder / root / name).read_text()
    (told,) = json.loads((folder / "api/v2/incidents.json").read_text())["incidents"]
    assert told["x_end_unseen"]
    assert "We did not see it end" in told["incident_updates"][0]["body"]


def test_incident_page_names_a_component_that_was_retired_and_leads_nowhere(
    world: World, published: Callable[[], Path]
) -> None:
    incident = make_incident(world, components=("fenfu-qr", "fenfu-online"), lasted=timedelta(minutes=5))
    Component.objects.filter(slug="fenfu-qr").update(retired=True)

    page = tree(published() / f"en/incidents/{incident.public_id}/index.html")

    assert [link.text() for link in page.css(".names a")] == ["Online payment"]
    assert [name.text() for name in page.css(".names > span")] == ["QR payment"]


def test_incident_page_says_where_it_came_from_when_it_was_brought_over(
    world: World, published: Callable[[], Path]
) -> None:
    incident = make_incident(world, lasted=timedelta(minutes=5), key=None, imported_from="kuma")

    folder = published()

    page = tree(folder / f"en/incidents/{incident.public_id}/index.html")
    assert "brought over from Uptime Kuma" in text(page, "article header")
    (told,) = json.loads((folder / "api/v2/incidents.json").read_text())["incidents"]
    assert told["x_imported_from"] == "kuma"


def test_bars_are_by_tier_when_tiers_fare_differently(world: World) -> None:
    wave = evidence_of(
        world,
        ("fenfu-qr",),
        Outcome.DECLINED_RISK,
        {RiskTier.LOW: 97, RiskTier.ELEVATED: 31, RiskTier.HIGH: 6},
    )

    bars = accepted_bars(wave)

    assert [(bar.tier, bar.percent) for bar in bars] == [
        (RiskTier.LOW, 97),
        (RiskTier.ELEVATED, 31),
        (RiskTier.HIGH, 6),
    ]
    assert {bar.usual_percent for bar in bars} == {99}


def test_one_bar_is_of_all_when_all_tiers_fare_alike(world: World) -> None:
    outage = evidence_of(world, ("fenfu-qr",), Outcome.TIMEOUT, dict.fromkeys(RiskTier, 3))

    assert [(bar.tier, bar.percent) for bar in accepted_bars(outage)] == [(None, 3)]


ANSWERS = [
    ("403 RULE_LIMIT 当前交易存在风险", "当前交易存在风险"),
    ("402 card_declined Your card was declined.", "Your card was declined."),
    ("200 271300099 综合评估未通过", "综合评估未通过"),
    ("503 系统繁忙", "系统繁忙"),
    ("Payment failed", "Payment failed"),
    ("timeout", ""),
    ("503", ""),
]


@pytest.mark.parametrize(("sample", "read"), ANSWERS, ids=[sample for sample, _ in ANSWERS])
def test_answer_is_what_a_user_reads_when_a_machine_part_stands_before_it(sample: str, read: str) -> None:
    answer = usual_answer([met(sample=sample)])

    assert answer is not None
    assert (answer.text, answer.raw) == (read, sample)


def test_answer_is_the_most_frequent_one_when_there_are_several() -> None:
    seldom, often = met(sample="503 系统繁忙", accepted=7), met(sample="403 NO 存在风险", persona="reseller")

    answer = usual_answer([seldom, often])

    assert answer is not None
    assert answer.text == "存在风险"
    assert usual_answer([met(accepted=10, outcomes=())]) is None


def test_only_likely_causes_are_told_when_it_could_be_something_else(world: World) -> None:
    alternatives = [["normal", 0.05], ["risk_control", 0.12], ["maintenance", 0.01]]
    row = make_incident(world, cause=Cause.OUTAGE)
    Incident.objects.filter(pk=row.pk).update(alternatives=alternatives)

    (incident,) = build(world.now).incidents

    assert other_causes(incident) == ((Cause.RISK_CONTROL, 0.12),)


def test_correction_is_told_when_the_cause_changed(world: World, published: Callable[[], Path]) -> None:
    incident = make_incident(world, cause=Cause.OUTAGE)
    held = [
        {"at": incident.started_at.isoformat(), "cause": "risk_control", "confidence": 0.8},
        {"at": incident.detected_at.isoformat(), "cause": "outage", "confidence": 0.9},
        {"at": incident.updated_at.isoformat(), "cause": "outage", "confidence": 0.97},
    ]
    Incident.objects.filter(pk=incident.pk).update(causes=held)

    page = text(tree(published() / f"en/incidents/{incident.public_id}/index.html"), "main")

    assert page.count("we have held this to be “System outage”, no longer “Risk checks”") == 1


def test_percentage_stands_beside_what_is_suspected_only(world: World, published: Callable[[], Path]) -> None:
    sure, not_sure = make_incident(world), make_incident(world, certainty=Certainty.SUSPECTED)

    folder = published()

    facts = [
        text(tree(folder / f"en/incidents/{row.public_id}/index.html"), ".facts") for row in (sure, not_sure)
    ]
    assert "Confirmed" in facts[0]
    assert "97%" not in facts[0]
    assert "Suspected (97% likely)" in facts[1]
