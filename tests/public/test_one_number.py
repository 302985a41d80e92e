"""Wherever the site tells how many people complain, and how many usually do, it tells the same."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from probes.listening.sources import ScrapedPost
from probes.vocabulary.observations import FIRST_PARTY
from probes.vocabulary.symptoms import COMPLAINTS, Product, Symptom
from statuspage.api.measured import reports_body
from statuspage.asking.reading import SituationReader
from statuspage.metrics.collector import SiteCollector
from statuspage.monitoring.models import Report, Source
from statuspage.monitoring.moderation import relabel_report, set_hidden
from statuspage.monitoring.sources import store_posts
from statuspage.public.read.recent import RecentReader

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 4, 50, 5, tzinfo=UTC)  # in an hour's last slot: the API counts by clock hours
HOUR = NOW.replace(minute=0, second=0)
DAYS, POSTS_A_DAY = 30, 60
TEXTS = (
    "分付付不了，一直转圈",
    "微信支付付款失败",
    "分付提示交易存在风险，被拒绝",
    "付款一直失败",
    "支付宝付款失败",
    "分付额度被关停了",
    "分付恢复了，可以付了",
)


@pytest.fixture
def months_posts() -> None:
    """Posts of thirty days, the more the nearer to this hour of the day, some hidden and some relabelled."""
    chance = random.Random(9)
    sources = [
        Source.objects.create(slug=slug, name_zh=slug, name_en=slug, kind="html", url="https://x.example/")
        for slug in ("forum", "microblog", FIRST_PARTY)
    ]
    for day in range(DAYS, -1, -1):
        for source in sources:
            posts = [_post(chance, NOW - timedelta(days=day), n) for n in range(POSTS_A_DAY // 3)]
            store_posts(source=source, posts=posts, now=NOW - timedelta(days=day))
    rows = list(Report.objects.values_list("pk", flat=True))
    set_hidden(ids=chance.sample(rows, len(rows) // 12), hidden=True, now=NOW)
    for pk in chance.sample(rows, len(rows) // 12):
        product, symptom = chance.choice(list(Product)), chance.choice(list(Symptom))
        relabel_report(report_id=pk, symptom=symptom, product=product, now=NOW)


def _post(chance: random.Random, now: datetime, number: int) -> ScrapedPost:
    text = chance.choice(TEXTS) + chance.choice(("", "", f"第{number}次"))
    ago = timedelta(minutes=min(abs(chance.gauss(0, 90)), 1439))
    author = chance.choice(("", *"abcdefgh"))
    return ScrapedPost(id=f"{now}{number}", text=text, author=author, published_at=now - ago, url="")


def people_since(since: datetime) -> int:
    """Counted from the posts themselves, in the plainest way."""
    rows = Report.objects.filter(at__gte=since, hidden=False, repost_of=None, symptom__in=COMPLAINTS)
    return len(
        {
            (row.author or row.pk, row.symptom, row.at.replace(minute=0, second=0, microsecond=0))
            for row in rows
        }
    )


def told_of_hour(now: datetime) -> list[float]:
    recent = RecentReader().read(now)
    metrics = {metric.name: metric for metric in SiteCollector(now, None).collect()}
    api = reports_body(now - timedelta(minutes=50), now, product=None, symptom=None)
    return [
        recent.reports_last_hour,
        sum(recent.reports[-4:]),
        sum(line.hours[-1] for line in recent.heard),
        api.hours[-1].count,
        sum(voice.count for voice in SituationReader().current(now).voices),
        metrics["fogbreak_complaints_last_hour"].samples[0].value,
    ]


def told_of_day(now: datetime) -> list[int]:
    recent = RecentReader().read(now)
    api = reports_body(recent.start, now, product=None, symptom=None)
    return [
        sum(recent.reports),
        sum(sum(line.hours) for line in recent.heard),
        sum(hour.count for hour in api.hours),
    ]


def test_people_are_one_number_when_a_month_of_posts_was_stored(months_posts: None) -> None:
    hour, day = told_of_hour(NOW), told_of_day(NOW)

    assert set(hour) == {people_since(HOUR)}
    assert set(day) == {people_since(HOUR - timedelta(hours=23))}
    assert min(hour[0], day[0] - hour[0]) > 10


def test_usual_is_one_number_when_a_month_of_posts_was_stored(months_posts: None) -> None:
    page = RecentReader().read(NOW).usual_last_hour
    api = reports_body(NOW, NOW, product=None, symptom=None)
    asked = SituationReader().current(NOW).voices

    assert page
    assert api.hours[-1].usual == pytest.approx(page, abs=0.001)
    assert sum(voice.usual or 0 for voice in asked) == pytest.approx(page)
    for voice in asked:
        (hour,) = reports_body(NOW, NOW, product=voice.product, symptom=voice.symptom).hours
        assert hour.count == voice.count
        assert hour.usual == pytest.approx(voice.usual, abs=0.001)


def test_people_move_everywhere_at_once_when_reports_are_hidden(months_posts: None) -> None:
    complaints = Report.objects.filter(at__gte=NOW - timedelta(minutes=40), symptom__in=COMPLAINTS)
    before, usual = told_of_hour(NOW)[0], RecentReader().read(NOW).usual_last_hour

    set_hidden(ids=list(complaints.values_list("pk", flat=True)), hidden=True, now=NOW)
    after = told_of_hour(NOW)

    assert set(after) == {people_since(HOUR)}
    assert after[0] < before
    assert RecentReader().read(NOW).usual_last_hour == usual


def test_people_move_everywhere_at_once_when_a_report_is_said_to_be_no_complaint(
    months_posts: None,
) -> None:
    alone = next(
        row
        for row in Report.objects.filter(at__gte=NOW - timedelta(minutes=40), symptom__in=COMPLAINTS)
        if not row.author and not row.hidden and row.repost_of_id is None
    )
    before = told_of_hour(NOW)

    relabel_report(report_id=alone.pk, symptom=Symptom.IRRELEVANT, now=NOW)

    assert told_of_hour(NOW) == [number - 1 for number in before]


def test_usual_moves_with_the_page_kept_in_memory_when_all_reports_of_before_are_hidden(
    months_posts: None,
) -> None:
    reader = RecentReader()
    before = reader.read(NOW).usual_last_hour
    earlier = Report.objects.filter(at__lt=NOW - timedelta(days=1), symptom__in=COMPLAINTS)

    later = NOW + timedelta(seconds=5)
    set_hidden(ids=list(earlier.values_list("pk", flat=True)), hidden=True, now=later)

    assert before
    assert reader.read(later).usual_last_hour is None
