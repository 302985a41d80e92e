"""How many people complain and how many usually do, as it is stored."""

import random
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings

from probes.listening.sources import ScrapedPost
from probes.vocabulary.observations import FIRST_PARTY
from probes.vocabulary.symptoms import Product, Symptom
from statuspage.monitoring.models import Report, Source, Voices
from statuspage.monitoring.moderation import relabel_report, set_hidden
from statuspage.monitoring.pruning import prune
from statuspage.monitoring.sources import store_posts
from statuspage.monitoring.voices import past_hour, people, recount, usual
from tests.support.voices import count_voices

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 4, 50, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FAILS = (Product.FENFU, Symptom.PAYMENT_FAILURE)
TEXTS = (
    "分付付不了，一直转圈",
    "微信支付付款失败",
    "分付提示交易存在风险，被拒绝",
    "付款一直失败",
    "支付宝付款失败",
    "分付恢复了，可以付了",
    "今天天气真好",
)


def forum(slug: str = "forum") -> Source:
    return Source.objects.get_or_create(
        slug=slug, name_zh="论坛", name_en="Forum", kind="html", url=f"https://{slug}.example/"
    )[0]


def post(number: int, text: str, *, author: str = "", at: datetime = NOW) -> ScrapedPost:
    return ScrapedPost(id=str(number), text=text, author=author, published_at=at, url="")


def report(
    *, at: datetime = NOW, author: str = "", said: tuple[str, str] = FAILS, **fields: object
) -> Report:
    row = Report.objects.create(
        source=forum(),
        external_id=str(Report.objects.count()),
        at=at,
        author=author,
        product=said[0],
        symptom=said[1],
        probability=0.9,
        text="分付付不了",
        **fields,
    )
    recount([at], now=at)
    return row


def past_hour_people() -> int:
    return people(*past_hour(NOW))[()]


def stored() -> list[tuple[object, ...]]:
    fields = ("slot", "product", "symptom", "people", "filed")
    return list(Voices.objects.order_by(*fields).values_list(*fields))


def test_people_are_counted_when_posts_are_stored() -> None:
    posts = [post(1, TEXTS[0], author="anna"), post(2, TEXTS[0] + "！", author="anna"), post(3, TEXTS[1])]

    store_posts(source=forum(), posts=posts, now=NOW)

    assert people(*past_hour(NOW), by=("product", "symptom")) == {
        FAILS: 1,
        (Product.WECHAT_PAY, Symptom.PAYMENT_FAILURE): 1,
    }


def test_a_person_counts_no_more_when_his_only_report_is_hidden_and_again_when_it_is_shown() -> None:
    row = report()

    counts = [past_hour_people()]
    for hidden in (True, False):
        set_hidden(ids=[row.pk], hidden=hidden, now=NOW)
        counts.append(past_hour_people())

    assert counts == [1, 0, 1]


def test_a_person_counts_for_what_he_is_said_to_mean_when_a_report_is_relabelled() -> None:
    row = report()

    relabel_report(report_id=row.pk, symptom=Symptom.RISK_DECLINE, product=Product.WECHAT_PAY, now=NOW)

    assert people(*past_hour(NOW), by=("product", "symptom")) == {
        (Product.WECHAT_PAY, Symptom.RISK_DECLINE): 1
    }


def test_counts_stay_when_texts_and_authors_are_forgotten() -> None:
    old = NOW - timedelta(days=settings.REPORT_DAYS, hours=2)
    rows = [report(at=old + timedelta(minutes=n), author="loud") for n in range(3)]
    before = stored()

    prune(now=NOW)
    set_hidden(ids=[rows[0].pk], hidden=True, now=NOW)

    assert not Report.objects.exclude(author="").exists()
    assert stored() == before


@pytest.mark.parametrize("seed", range(4))
def test_counts_are_those_of_counting_from_nothing_when_reports_change_in_any_order(seed: int) -> None:
    chance = random.Random(seed)
    sources = [forum(), forum("microblog"), forum(FIRST_PARTY)]
    moves = ("store", "store", "store", "hide", "show", "relabel")

    for number in range(120):
        now = NOW + timedelta(minutes=chance.randrange(180))
        rows = list(Report.objects.values_list("pk", flat=True))
        move = chance.choice(moves)
        if move == "store" or not rows:
            said = chance.choice(TEXTS) + chance.choice(("", f"{chance.randrange(40)}"))
            author, ago = chance.choice(("", "a", "b", "c")), timedelta(minutes=chance.choice((0, 0, 90)))
            store_posts(
                source=chance.choice(sources),
                posts=[post(number, said, author=author, at=now - ago)],
                now=now,
            )
        elif move == "relabel":
            relabel_report(
                report_id=chance.choice(rows),
                symptom=chance.choice(list(Symptom)),
                product=chance.choice(list(Product)),
                now=now,
            )
        else:
            set_hidden(ids=chance.sample(rows, min(len(rows), 3)), hidden=move == "hide", now=now)

    kept = stored()
    count_voices()
    assert kept
    assert stored() == kept


def test_migration_counts_what_was_reported_when_there_were_no_counts_yet() -> None:
    for number in range(40):
        said = (list(Product)[number % 4], list(Symptom)[number % 7])
        report(
            at=NOW - HOUR * (number // 5), author="loud" * (number % 3), said=said, hidden=number % 11 == 0
        )
    report(repost_of=Report.objects.first())
    counted = stored()
    Voices.objects.all().delete()

    import_module("statuspage.monitoring.migrations.0002_voices").count_all(apps, None)

    assert counted
    assert stored() == counted


@pytest.mark.parametrize(
    ("names", "product"),
    [
        ("fenfu-qr 分付 · 扫码支付 fenfu", "fenfu"),
        ("wxpay-card 银行卡支付 bank card payment wechat-pay", "wechat_pay"),
        ("card-checkout 国际卡收单 card checkout cards", "other"),
        ("parking 停车缴费 parking", "none"),
    ],
)
def test_migration_guesses_the_product_when_a_component_has_only_names(names: str, product: str) -> None:
    migration = import_module("statuspage.monitoring.migrations.0003_component_product")

    assert migration.product_of(names) == product


def test_usual_is_unknown_when_less_than_a_week_is_known() -> None:
    report(at=NOW - DAY * 7)

    assert usual(*past_hour(NOW)) is None
    assert usual(*past_hour(NOW + HOUR)) is not None


def test_usual_is_the_mean_of_the_middle_half_of_the_days_when_there_are_four_weeks() -> None:
    for day in range(1, 29):
        for _ in range(30 if day in (3, 4, 5, 6, 7) else day % 2):
            report(at=NOW - DAY * day)
    report(at=NOW - DAY * 29)

    found = usual(*past_hour(NOW))

    assert found is not None
    assert 0 < found.whole < 1
    assert (found.low, found.high) == (0, 30)


def test_parts_of_the_usual_add_up_to_the_whole_when_people_complain_of_many_things() -> None:
    chance = random.Random(1)
    for day in range(1, 15):
        for _ in range(chance.randrange(6)):
            report(at=NOW - DAY * day, said=(chance.choice(list(Product)), chance.choice(list(Symptom)[:4])))

    found = usual(*past_hour(NOW))
    chosen = usual(*past_hour(NOW), chosen=lambda said: said[0] is Product.FENFU)

    assert found is not None
    assert chosen is not None
    assert sum(found.parts.values()) == pytest.approx(found.whole)
    assert chosen.whole == pytest.approx(
        sum(n for said, n in found.parts.items() if said[0] is Product.FENFU)
    )


def test_usual_leaves_out_the_days_of_the_span_itself_when_that_is_longer_than_a_day() -> None:
    for day in range(29):
        report(at=NOW - DAY * day)
    for _ in range(50):
        report(at=NOW - DAY)

    found = usual(past_hour(NOW)[0] - DAY * 2, past_hour(NOW)[1])

    assert found is not None
    assert found.high == 3
