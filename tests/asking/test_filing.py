"""What a filed report becomes: a sentence that reads like a post, and a row with nothing personal."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from probes.listening.reading.symptoms import read_text
from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.choices import SYMPTOM_OF, Happened
from probes.vocabulary.symptoms import Product
from statuspage.asking.caller import Caller
from statuspage.asking.filing import (
    PER_NETWORK_AND_HOUR,
    Complaint,
    Filed,
    TokenError,
    file_report,
    new_token,
    read_token,
    text_of,
)
from statuspage.asking.situation import AskedPlace
from statuspage.monitoring.models import Report, ReportQuota

NOW = datetime(2026, 11, 20, 4, 10, tzinfo=UTC)
PLACE = AskedPlace(slug="fenfu-qr", name=Bilingual("扫码支付", "QR payment"), product=Product.FENFU)
NAMES = {"zh-hans": "分付 · 扫码支付", "en": "Fenfu · QR payment"}


def complaint(
    happened: Happened = Happened.FAILED, *, message: str = "", name: str = "分付 · 扫码支付"
) -> Complaint:
    return Complaint(place=PLACE, name=name, happened=happened, message=message)


def file(
    number: int, *, network: str = "198.51.100.0/24", device: str | None = None, now: datetime = NOW
) -> Filed:
    return file_report(
        complaint=complaint(),
        caller=Caller(network=network, device=device or f"Phone {number}"),
        ticket=f"ticket {number}",
        now=now,
    )


@pytest.mark.parametrize("language", NAMES)
@pytest.mark.parametrize("happened", list(Happened))
def test_text_reads_as_what_was_tapped_when_it_is_replayed(happened: Happened, language: str) -> None:
    with translation.override(language):
        reading = read_text(text_of(complaint(happened, name=NAMES[language])))

    assert reading.symptom is SYMPTOM_OF[happened]
    assert reading.product is Product.FENFU


def test_text_is_one_redacted_line_when_a_message_is_pasted() -> None:
    text = text_of(complaint(message="系统繁忙\n请联系 13812345678\t或 a.b@example.com " + "长" * 500))

    assert "\n" not in text
    assert "13812345678" not in text
    assert "example.com" not in text
    assert len(text) < 350


@pytest.mark.parametrize("sign", ["\0", "\x1b", "\x85", "\ud83d"], ids=ascii)
def test_text_leaves_out_what_no_database_stores_when_a_message_holds_it(sign: str) -> None:
    text = text_of(complaint(message=f"系统{sign}繁忙"))

    assert text.endswith("“系统 繁忙”")


@pytest.mark.django_db
def test_device_is_heard_again_when_an_hour_has_passed() -> None:
    later = NOW + timedelta(minutes=61)

    filed = [file(1, device="Phone"), file(2, device="Phone"), file(3, device="Phone", now=later)]

    assert filed == [Filed.STORED, Filed.REPEATED, Filed.STORED]


@pytest.mark.django_db
def test_network_is_heard_again_when_the_next_hour_begins() -> None:
    for number in range(PER_NETWORK_AND_HOUR + 1):
        last = file(number)

    assert last is Filed.CROWDED
    assert file(9, now=NOW + timedelta(hours=1)) is Filed.STORED


@pytest.mark.django_db
def test_quotas_are_forgotten_when_they_are_old() -> None:
    file(1)

    file(2, network="203.0.113.0/24", now=NOW + timedelta(hours=3))

    assert ReportQuota.objects.count() == 1


@pytest.mark.django_db
def test_author_is_another_one_on_another_day() -> None:
    file(1, device="Phone")
    file(2, device="Phone", now=NOW + timedelta(days=1))

    first, second = Report.objects.values_list("author", flat=True)
    assert first != second


def test_ticket_is_read_when_it_is_ours_and_fresh() -> None:
    token = new_token(NOW)

    assert read_token(token, NOW + timedelta(minutes=5)) == read_token(token, NOW + timedelta(hours=1))


@pytest.mark.parametrize(
    ("token", "after"),
    [
        pytest.param(new_token(NOW), timedelta(), id="it was fetched this instant"),
        pytest.param(new_token(NOW), timedelta(hours=3), id="it is hours old"),
        pytest.param(new_token(NOW), timedelta(hours=-1), id="it is of the future"),
        pytest.param(new_token(NOW)[:-1] + "!", timedelta(minutes=1), id="it was changed"),
        pytest.param("", timedelta(minutes=1), id="there is none"),
    ],
)
def test_ticket_is_refused_when(token: str, after: timedelta) -> None:
    with pytest.raises(TokenError):
        read_token(token, NOW + after)
