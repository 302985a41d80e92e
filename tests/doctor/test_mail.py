"""Whether mails can leave, asked of a real SMTP server on loopback."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from statuspage.doctor.findings import Finding
from statuspage.doctor.mail import examine_mail, server
from statuspage.subscribers.servers import MailServer, Security
from tests.support.mail_servers import MailBox, mail_box


@pytest.fixture(scope="module")
def box() -> Iterator[MailBox]:
    with mail_box() as made:
        yield made


def told(findings: Iterator[Finding]) -> list[tuple[str, str, str]]:
    return [(one.level.value, one.where, one.what.en) for one in findings]


def test_nothing_is_wrong_when_the_server_takes_our_mails(box: MailBox, settings: Settings) -> None:
    settings.EMAIL_URL, settings.MAIL_FROM = box.server, "status@pay.example"
    settings.MAIL_BOUNCES = "bounces@pay.example"

    assert told(examine_mail()) == []


def test_nothing_is_asked_when_there_is_no_mail(settings: Settings) -> None:
    settings.EMAIL_URL = None

    assert told(examine_mail()) == []


def test_address_of_bounces_is_missed_when_there_is_none(box: MailBox, settings: Settings) -> None:
    settings.EMAIL_URL, settings.MAIL_FROM, settings.MAIL_BOUNCES = box.server, "status@pay.example", ""

    assert [(level, where) for level, where, _ in told(examine_mail())] == [("warning", "MAIL_BOUNCES")]


def test_server_is_told_to_be_away_when_nobody_listens() -> None:
    ((level, where, what),) = told(
        server(MailServer(host="127.0.0.1", port=1, security=Security.NONE), "status@pay.example")
    )

    assert (level, where) == ("error", "EMAIL_URL")
    assert what.startswith("smtp://127.0.0.1:1 cannot be used: ConnectionRefusedError")


def test_password_is_told_nowhere_when_the_login_fails(box: MailBox) -> None:
    secret = MailServer(
        host="127.0.0.1", port=box.port, security=Security.NONE, user="ann", password="s3cret-word"
    )

    findings = told(server(secret, "status@pay.example"))

    assert [level for level, _, _ in findings] == ["warning", "error"]
    assert "s3cret-word" not in str(findings)
