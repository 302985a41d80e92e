"""The language that a person left out: filled in by the template that fits, and marked."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from probes.vocabulary.occasions import Occasion
from statuspage.drafting.models import WordTemplate
from statuspage.incidents import handling
from statuspage.incidents.models import Announcement, IncidentUpdate, Maintenance
from tests.previewing.test_preview import announcement, work
from tests.support.public_rows import World, make_incident, make_world

CHINESE = Bilingual("我们正在处理。", "")


@pytest.fixture
def world(db: None) -> World:
    return make_world(days=1)


@pytest.fixture
def browser(admin_client: Client, settings: Settings) -> Client:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    admin_client.cookies["django_language"] = "en"
    return admin_client


def template(**fields: Any) -> WordTemplate:
    values: dict[str, Any] = {
        "name": "down",
        "occasion": Occasion.IDENTIFIED.value,
        "body_zh": "{components}出现故障。",
        "body_en": "{components} is down; we are working on it.",
    }
    return WordTemplate.objects.create(**{**values, **fields})


def told(world: World, body: Bilingual = CHINESE) -> IncidentUpdate:
    """What a person says of an incident of this world."""
    incident = make_incident(world, cause=Cause.OUTAGE)
    return handling.say(incident, body, author=None, now=world.now + timedelta(minutes=1))


def test_update_has_the_other_language_from_the_template_and_a_mark_when_one_fits(
    world: World, browser: Client
) -> None:
    template()

    row = told(world)

    assert row.body == Bilingual("我们正在处理。", "Fenfu · QR payment is down; we are working on it.")
    assert row.drafted == "en"
    page = browser.get(f"/admin/incidents/incident/{row.incident_id}/change/").content.decode()
    assert "the English text from a template" in page


def test_update_has_the_template_of_its_cause_when_another_is_for_all_causes(world: World) -> None:
    template()
    template(cause=Cause.OUTAGE.value, body_en="An outage of {components}.")

    assert told(world).body_en == "An outage of Fenfu · QR payment."


@pytest.mark.parametrize(
    "templates",
    [
        [],
        [{"occasion": Occasion.RESOLVED.value}],
        [{"cause": Cause.RISK_CONTROL.value}],
        [{}, {"name": "another"}],
        [{"body_en": ""}],
        [{"body_en": "{nope}"}],
    ],
    ids=["there is none", "another status", "another cause", "two fit", "it has none", "it is broken"],
)
def test_update_stays_in_one_language_when_no_template_says_the_other(
    templates: list[dict[str, Any]], world: World
) -> None:
    for fields in templates:
        template(**fields)

    row = told(world)

    assert row.body == CHINESE
    assert row.drafted == ""
    assert list(WordTemplate.objects.exclude(fault="").values_list("fault", flat=True)) == [
        fields["body_en"] for fields in templates if "{nope}" in fields.get("body_en", "")
    ]


def test_update_is_as_the_person_wrote_it_when_both_languages_are_there(world: World) -> None:
    template()

    row = told(world, Bilingual("好", "Mine."))

    assert (row.body, row.drafted) == (Bilingual("好", "Mine."), "")


def test_mark_of_an_announcement_goes_when_a_person_writes_that_language(
    world: World, browser: Client
) -> None:
    template(
        occasion=Occasion.ANNOUNCEMENT.value,
        title_zh="通知",
        title_en="Notice",
        body_zh="{site}敬上。",
        body_en="A word from {site}.",
    )

    browser.post("/admin/incidents/announcement/add/", announcement())
    row = Announcement.objects.get()
    drafted = row.title_en, row.body_en, row.drafted
    address = f"/admin/incidents/announcement/{row.pk}/change/"
    page = browser.get(address).content.decode()
    browser.post(address, announcement(title_en="Support by phone", body_en="Call 95017."))
    row.refresh_from_db()

    assert drafted == ("Notice", "A word from Payment status.", "en")
    assert "the English text" in page
    assert row.title_zh == "客服热线调整"
    assert (row.title_en, row.body_en, row.drafted) == ("Support by phone", "Call 95017.", "")


def test_planned_work_has_its_title_in_the_other_language_when_a_template_fits(
    world: World, browser: Client
) -> None:
    template(
        occasion=Occasion.PLANNED.value, title_zh="{components}维护", title_en="Work", body_zh="请留意。"
    )

    answer = browser.post("/admin/incidents/maintenance/add/", work(world))

    assert answer.status_code == 302
    row = Maintenance.objects.get()
    assert (row.title_zh, row.title_en) == ("分付 · 还款维护", "Upgrade of the ledger")
    assert (row.body_zh, row.body_en) == ("", "")
    assert row.drafted == "zh"


def test_title_stays_in_one_language_when_the_template_fills_more_than_the_column_holds(
    world: World, browser: Client
) -> None:
    texts = {"title_en": "{site} " * 20, "body_zh": "请看。", "body_en": "Read on."}
    template(occasion=Occasion.ANNOUNCEMENT.value, **texts)

    browser.post("/admin/incidents/announcement/add/", announcement())

    row = Announcement.objects.get()
    assert (row.title_en, row.body_en, row.drafted) == ("", "Read on.", "en")
