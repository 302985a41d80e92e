"""What is going on, as the forms read it from the tables."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from probes.vocabulary.causes import Cause
from probes.vocabulary.observations import FIRST_PARTY
from probes.vocabulary.states import ComponentState
from probes.vocabulary.symptoms import Product, Symptom
from statuspage.asking.reading import SituationReader
from statuspage.incidents.models import Maintenance
from statuspage.monitoring.models import Progress, Report, Source
from tests.support.public_rows import NOW, World, make_incident, make_world, set_state
from tests.support.voices import count_voices


@pytest.fixture
def world(db: None) -> World:
    return make_world(days=1)


def say(
    *,
    ago: timedelta,
    author: str = "",
    symptom: Symptom = Symptom.RISK_DECLINE,
    slug: str = "forum",
    **fields: object,
) -> None:
    source, _ = Source.objects.get_or_create(
        slug=slug, name_zh="论坛", name_en="Forum", kind="html", url=f"https://{slug}.example/"
    )
    values = {"product": Product.FENFU, "probability": 0.9, **fields}
    number = str(Report.objects.count())
    Report.objects.create(
        source=source, external_id=number, at=NOW - ago, author=author, symptom=symptom, **values
    )
    count_voices()


def test_reader_knows_products_and_groups(world: World) -> None:
    places = {place.slug: place for place in SituationReader().current(NOW).places}

    assert places["fenfu-qr"].product is Product.FENFU
    assert places["wxpay-card"].product is Product.WECHAT_PAY
    assert places["card-checkout"].product is Product.OTHER
    assert places["fenfu-qr"].group_name.zh == "分付"


def test_reader_knows_what_is_on(world: World) -> None:
    make_incident(world, cause=Cause.OUTAGE)
    make_incident(world, cause=Cause.MAINTENANCE, lasted=timedelta(minutes=5))

    (trouble,) = SituationReader().current(NOW).troubles

    assert trouble.cause is Cause.OUTAGE
    assert trouble.affected == {"fenfu-qr"}
    assert trouble.alternatives[0] == ("normal", 0.01)


@pytest.mark.parametrize(
    ("status", "starts", "expected"), [("in_progress", -30, 1), ("cancelled", -30, 0), ("scheduled", 30, 0)]
)
def test_reader_knows_announced_work(world: World, status: str, starts: int, expected: int) -> None:
    row = Maintenance.objects.create(
        slug="m",
        public_id="m",
        title_zh="升级",
        title_en="Upgrade",
        starts_at=NOW + timedelta(minutes=starts),
        ends_at=NOW + timedelta(hours=1),
        status=status,
        announced_at=NOW,
        updated_at=NOW,
    )
    row.components.set([world.components["fenfu-qr"]])

    assert len(SituationReader().current(NOW).planned) == expected


def test_reader_is_blind_where_a_component_is_unknown(world: World) -> None:
    set_state(world, "fenfu-qr", ComponentState.UNKNOWN)

    situation = SituationReader().current(NOW)

    assert [place.slug for place in situation.places if place.blind] == ["fenfu-qr"]


def test_reader_is_blind_everywhere_when_nothing_was_concluded_for_long(world: World) -> None:
    Progress.objects.update(concluded_until=NOW - timedelta(minutes=10))

    assert all(place.blind for place in SituationReader().current(NOW).places)


def test_reader_counts_people_and_not_posts(world: World) -> None:
    for author in ("loud", "loud", "another", "", ""):
        say(ago=timedelta(minutes=5), author=author)
    say(ago=timedelta(minutes=5), author="loud", product=Product.NONE)
    say(ago=timedelta(minutes=5), author="hidden", hidden=True)
    say(ago=timedelta(hours=2), author="earlier")
    say(ago=timedelta(minutes=5), author="glad", symptom=Symptom.WORKING)

    situation = SituationReader().current(NOW)

    assert situation.say_the_same("fenfu-qr", Symptom.RISK_DECLINE) == (4, None)
    assert situation.say_the_same("wxpay-card", Symptom.RISK_DECLINE) == (0, None)


def test_reader_keeps_other_products_apart_when_people_complain_of_them(world: World) -> None:
    for _ in range(6):
        say(ago=timedelta(minutes=5), product=Product.OTHER)
    say(ago=timedelta(minutes=5), product=Product.NONE)

    situation = SituationReader().current(NOW)

    assert situation.say_the_same("card-checkout", Symptom.RISK_DECLINE) == (6, None)
    assert situation.say_the_same("fenfu-qr", Symptom.RISK_DECLINE) == (1, None)


def test_reader_knows_what_was_filed_here(world: World) -> None:
    say(ago=timedelta(minutes=5), author="a reader")
    for author in ("here", "here as well"):
        say(ago=timedelta(minutes=5), author=author, slug=FIRST_PARTY)

    situation = SituationReader().current(NOW)

    assert situation.say_the_same("fenfu-qr", Symptom.RISK_DECLINE) == (3, None)
    assert situation.filed_here("fenfu-qr", Symptom.RISK_DECLINE) == 2


def test_reader_knows_the_usual_at_this_hour(world: World) -> None:
    for day in range(1, 9):
        for _ in range(3):
            say(ago=timedelta(days=day, minutes=20))
        say(ago=timedelta(days=day, hours=5))

    situation = SituationReader().current(NOW)

    assert situation.say_the_same("fenfu-qr", Symptom.RISK_DECLINE) == (0, 3.0)


def test_reader_goes_by_what_it_knew_when_the_database_is_gone(world: World) -> None:
    reader = SituationReader()
    make_incident(world)
    known = reader.current(NOW)

    with connection.execute_wrapper(_broken):
        soon, later = (reader.current(NOW + timedelta(minutes=minutes)) for minutes in (1, 60))

    assert soon == known
    assert all(place.blind for place in later.places)
    assert later.troubles == known.troubles


def _broken(*_: object) -> None:
    raise OperationalError("the database has gone")
