"""Mails in an admin's own words: by templates, sent to a real SMTP server on loopback."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from probes.vocabulary.occasions import Occasion
from statuspage.drafting.models import WordTemplate
from statuspage.public.site import site
from statuspage.subscribers.mailing import MailWriting
from tests.subscribers.conftest import subscribed
from tests.subscribers.test_mail_life import send_all
from tests.support.mail_servers import MailBox, SentMail
from tests.support.public_rows import World, make_announcement

BUILT_IN = "[Payment status] Support hours over the holiday"


def template(**fields: Any) -> WordTemplate:
    values: dict[str, Any] = {
        "name": "letter",
        "occasion": Occasion.MAIL_ANNOUNCED.value,
        "title_zh": "出问题了：{components}",
        "title_en": "Trouble with {components}",
        "body_zh": "各位用户：\n\n{usual_words}\n\n{site}敬上",
        "body_en": "Dear customer,\n\n{usual_words}\n\nYours, {site}",
        "automatic": True,
    }
    return WordTemplate.objects.create(**{**values, **fields})


def told(world: World, box: MailBox, *, language: str = "en", **fields: Any) -> SentMail:
    """The mail that tells an announcement."""
    subscribed(language=language)
    row = make_announcement(world, starts_at=world.now + timedelta(minutes=1), **fields)
    row.components.add(world.components["fenfu-qr"])
    send_all(world.now + timedelta(minutes=5))
    (mail,) = box.mails
    return mail


@pytest.mark.parametrize(
    ("language", "subject", "opening", "closing"),
    [
        ("en", "Trouble with Fenfu · QR payment", "Dear customer,", "Yours, Payment status"),
        ("zh-hans", "出问题了：分付 · 扫码支付", "各位用户：", "支付状态敬上"),
        ("zh-hant", "出問題了：分付 · 掃碼支付", "各位用戶：", "支付狀態敬上"),
    ],
)
def test_mail_is_in_the_words_of_its_template_when_there_is_one(
    language: str, subject: str, opening: str, closing: str, world: World, box: MailBox
) -> None:
    template()

    mail = told(world, box, language=language)

    assert mail.message["Subject"] == subject
    for form in (mail.text(), mail.text("html")):
        assert form.index(opening) < form.index("9:00") < form.index(closing)
    assert "/subscribe/stop/" in mail.text()


def test_mail_is_in_the_built_in_words_where_its_template_has_none(world: World, box: MailBox) -> None:
    template(title_en="", body_en="")

    mail = told(world, box)

    assert mail.message["Subject"] == BUILT_IN
    assert "Support answers from" in mail.text()
    assert "各位" not in mail.text()


def test_mail_is_in_the_built_in_words_and_the_template_says_so_when_it_is_broken(
    world: World, box: MailBox
) -> None:
    row = template(body_en="{nope} {usual_words}")

    mail = told(world, box)

    row.refresh_from_db()
    assert mail.message["Subject"] == BUILT_IN
    assert "{nope}" not in mail.text()
    assert row.fault == "{nope}"
    assert row.fault_at == world.now + timedelta(minutes=5)


@pytest.mark.parametrize(
    "title",
    ["Trouble\r\nBcc: eve@example.com", "Trouble\nBcc: eve@example.com\n\nbody", "Trouble\u2028Bcc: e@x.y\0"],
    ids=["a line of a mail", "a body of its own", "other ends of a line"],
)
def test_subject_begins_no_other_header_when_a_template_has_ends_of_lines(
    title: str, world: World, box: MailBox
) -> None:
    template(title_en=title)

    mail = told(world, box)

    assert mail.to == "ann@example.com"
    assert mail.message["Bcc"] is None
    assert mail.message["Subject"].startswith("Trouble Bcc: ")
    assert len(mail.message.get_all("Subject", [])) == 1


def test_template_holds_no_link_and_no_markup_of_its_own_when_somebody_writes_such(
    world: World, box: MailBox
) -> None:
    template(body_en="{ manage {usual_words} <script>alert(1)</script> {{0}}")

    mail = told(world, box)

    assert "{ manage Support answers from" in mail.text()
    assert "<script>" not in mail.text("html")


def test_mail_says_that_its_words_are_in_one_language_when_the_template_has_both(
    world: World, box: MailBox
) -> None:
    template(body_en="News: {usual_words}")

    mail = told(world, box, body_en="", body_zh="节日")

    assert "News: 节日 (Only in Chinese)" in mail.text()


def test_templates_are_asked_for_once_when_many_mails_are_written(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    template()

    with django_assert_num_queries(1):
        MailWriting(of=site(), now=world.now)
