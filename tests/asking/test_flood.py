"""Forged reports: however many are sent, they fill little room and open no incident by themselves."""

from datetime import datetime

import pytest

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.choices import Happened
from probes.vocabulary.symptoms import Product
from statuspage.asking import filing
from statuspage.asking.caller import Caller
from statuspage.asking.filing import Complaint, Filed, file_report
from statuspage.asking.situation import AskedPlace
from statuspage.incidents.models import Incident
from statuspage.monitoring.models import Report, Source
from statuspage.pipeline import advance
from statuspage.pipeline.detectors import DetectorKeeper
from tests.pipeline.planting import at, plant_catalog, rounds, small_catalog, store

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

BEGINS, LASTS, ENDS = 2400, 600, 4200
PLACE = AskedPlace(slug="fenfu-qr", name=Bilingual("扫码支付", "QR payment"), product=Product.FENFU)


def forge(*, reports: int, networks: int, happened: Happened = Happened.FAILED) -> list[Filed]:
    """Reports in ten minutes, each as if from another device and through another form."""
    return [
        file_report(
            complaint=Complaint(place=PLACE, name="分付 · 扫码支付", happened=happened),
            caller=Caller(network=f"198.18.{number % networks}.0/24", device=f"Phone {number}"),
            ticket=f"ticket {number}",
            now=moment(number, reports),
        )
        for number in range(reports)
    ]


def moment(number: int, reports: int) -> datetime:
    return at(BEGINS + LASTS * number / reports)


def quiet_hour() -> None:
    catalog = small_catalog()
    plant_catalog(catalog)
    store(rounds(catalog, since=0, until=ENDS))


@pytest.mark.parametrize("happened", [Happened.FAILED, Happened.REFUSED, Happened.WITHDRAWN])
def test_ten_thousand_forged_reports_from_fifty_addresses_open_no_incident(happened: Happened) -> None:
    quiet_hour()

    filed = forge(reports=10_000 if happened is Happened.FAILED else 500, networks=50, happened=happened)
    advance(at(ENDS), keeper=DetectorKeeper())

    assert filed.count(Filed.STORED) == 50 * filing.PER_NETWORK_AND_HOUR
    assert not Incident.objects.exists()


def test_forged_reports_open_no_incident_when_every_one_has_its_own_network() -> None:
    quiet_hour()

    filed = forge(reports=800, networks=800)
    advance(at(ENDS), keeper=DetectorKeeper())

    assert filed.count(Filed.STORED) == filing.PER_HOUR
    assert not Incident.objects.exists()


def test_as_many_posts_elsewhere_do_open_one() -> None:
    quiet_hour()

    forge(reports=200, networks=50)
    Report.objects.update(source=Source.objects.get(slug="forum"))
    advance(at(ENDS), keeper=DetectorKeeper())

    assert Incident.objects.filter(certainty="suspected").exists()
