"""Which posts are quoted on the page."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from probes.vocabulary.symptoms import Product, Symptom
from statuspage.monitoring.models import Report, Source
from statuspage.public.read.quotes import LONGEST, recent_quotes
from statuspage.public.read.snapshot import build
from tests.support.public_rows import make_incident, make_world

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def say(text: str, *, source: str = "forum", ago_s: float = 60, **fields: object) -> Report:
    where, _ = Source.objects.get_or_create(
        slug=source, name_zh=source, name_en=source, kind="html", url="https://forum.example/"
    )
    values = {"symptom": Symptom.PAYMENT_FAILURE, "product": Product.FENFU, "probability": 0.9, **fields}
    number = Report.objects.count()
    values.setdefault("author", f"author {number}")
    return Report.objects.create(
        source=where, external_id=str(number), at=NOW - timedelta(seconds=ago_s), text=text, **values
    )


def quoted() -> list[str]:
    return [quote.text for quote in recent_quotes(NOW)]


def test_quotes_are_the_newest_first() -> None:
    say("早些", ago_s=900)
    say("刚刚", ago_s=60)

    assert quoted() == ["刚刚", "早些"]


def test_quotes_take_each_author_once_and_a_symptom_twice() -> None:
    for number in range(3):
        say(f"转圈 {number}", author="loud")
    for number in range(4):
        say(f"被拒 {number}", symptom=Symptom.RISK_DECLINE)

    assert sum(text.startswith("转圈") for text in quoted()) == 1
    assert sum(text.startswith("被拒") for text in quoted()) == 2


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"hidden": True}, id="it is hidden"),
        pytest.param({"symptom": Symptom.IRRELEVANT}, id="it is beside the matter"),
        pytest.param({"product": Product.OTHER}, id="it is about a product of others"),
        pytest.param({"probability": 0.4}, id="it was read with doubt"),
        pytest.param({"ago_s": 4 * 3600}, id="it is old"),
        pytest.param({"ago_s": -60}, id="it is of the future"),
        pytest.param({"source": "here"}, id="a reader wrote it here and nobody has looked at it"),
        pytest.param({"text": "付不了 看 https://buy.example/x"}, id="it leads elsewhere"),
        pytest.param({"text": "额度没了？加我微信恢复"}, id="it advertises"),
        pytest.param({"text": ""}, id="its text was pruned"),
    ],
)
def test_post_is_not_quoted_when(fields: dict[str, Any]) -> None:
    say(**{"text": "扫码一直转圈", **fields})

    assert quoted() == []


def test_doubtful_posts_take_nobodys_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("statuspage.public.read.quotes.CANDIDATES", 2)
    say("扫码一直转圈", ago_s=900)
    for _ in range(2):
        say("好像有点慢？", probability=0.5)

    assert quoted() == ["扫码一直转圈"]


def test_report_filed_here_is_quoted_when_a_person_confirmed_it() -> None:
    say("分付 · 扫码支付：付不出去", source="here", relabelled_at=NOW)

    assert quoted() == ["分付 · 扫码支付：付不出去"]


def test_quote_is_one_short_line() -> None:
    say("扫码\n一直转圈" * 40)

    (text,) = quoted()

    assert len(text) <= LONGEST
    assert "\n" not in text
    assert text.endswith("…")


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"hidden": True}, id="a person hid them"),
        pytest.param(
            {"symptom": Symptom.IRRELEVANT, "relabelled_at": NOW},
            id="a person read nothing in them",
        ),
        pytest.param(
            {"symptom": Symptom.RISK_DECLINE, "relabelled_at": NOW}, id="a person read another cause in them"
        ),
    ],
)
def test_posts_are_not_quoted_in_evidence_either_when(fields: dict[str, Any]) -> None:
    world = make_world(now=NOW, days=1)
    make_incident(world)
    say("扫码一直转圈，付不出去，气死我了", **fields)

    (incident,) = build(NOW).incidents

    assert incident.evidence is not None
    assert incident.evidence.reports[0].quotes == ("QR code keeps spinning",)


def test_posts_stay_quoted_in_evidence_when_a_person_read_in_them_what_the_machine_did() -> None:
    world = make_world(now=NOW, days=1)
    make_incident(world)
    say("扫码一直转圈，付不出去，气死我了", relabelled_at=NOW)

    (incident,) = build(NOW).incidents

    assert incident.evidence is not None
    assert len(incident.evidence.reports[0].quotes) == 2
