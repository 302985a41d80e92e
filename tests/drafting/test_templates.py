"""Templates of words: what may stand in them, what they say, and what is told where one is broken."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from probes.vocabulary.occasions import Occasion, mail_occasion_of, occasion_of
from probes.vocabulary.states import IncidentStatus, PlannedStep
from probes.vocabulary.telling import NewsKind
from statuspage.drafting.filling import LONGEST, FillingError, WordValues, filled, unknown_in, variables_of
from statuspage.drafting.models import WordTemplate
from statuspage.drafting.stored import words_for
from statuspage.incidents.maintenance import leave_notice, move_by_time
from statuspage.incidents.models import Announcement, IncidentUpdate
from tests.support.public_rows import World, make_incident, make_maintenance, make_world

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
BUILT_IN = Bilingual("内置", "Built in")


def template(**fields: Any) -> WordTemplate:
    values: dict[str, Any] = {
        "name": "begun",
        "occasion": Occasion.STARTED.value,
        "body_zh": "{components}维护开始，{duration}后结束。",
        "body_en": "Maintenance of {components} has begun; it takes {duration}.",
        "automatic": True,
    }
    return WordTemplate.objects.create(**{**values, **fields})


@pytest.fixture
def world(db: None) -> World:
    return make_world(days=1)


@pytest.fixture
def browser(admin_client: Client, settings: Settings) -> Client:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    admin_client.cookies["django_language"] = "en"
    return admin_client


def test_every_step_and_status_is_an_occasion_with_variables() -> None:
    occasions = {occasion_of(moved) for moved in (*PlannedStep, *IncidentStatus)}

    mails = {mail_occasion_of(kind) for kind in NewsKind if kind not in {NewsKind.STATE, NewsKind.LETTER}}
    assert occasions | mails | {Occasion.ANNOUNCEMENT} == set(Occasion)
    assert all("site" in variables_of(occasion) for occasion in Occasion)


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("{components} {start}–{ end }", []),
        ("{component} {components.name} {0} {} {{end}} { a b }", ["component"]),
        ("{__class__}{nope}{nope}", ["__class__", "nope"]),
        ("50 % {", []),
    ],
)
def test_variables_that_an_occasion_has_not_are_named_each_once(text: str, unknown: list[str]) -> None:
    assert unknown_in(text, Occasion.STARTED) == unknown


def test_values_are_put_in_as_they_are_when_they_look_like_variables() -> None:
    filling = WordValues(components=Bilingual("{site}", "{site}"), site=Bilingual("站", "Site"))

    assert filled(Bilingual("", "{components} on {site} {x.y}"), filling).en == "{site} on Site {x.y}"


@pytest.mark.parametrize(
    "text", ["{start}", "{components}" * (LONGEST // 2), "{site}"], ids=["no value", "too long", "empty"]
)
def test_template_is_refused_when_it_cannot_be_filled_in(text: str) -> None:
    filling = WordValues(components=Bilingual("零钱支付", "Balance"), site=Bilingual(" ", " "))

    with pytest.raises(FillingError):
        filled(Bilingual(text, ""), filling)


@pytest.mark.django_db
def test_built_in_words_are_told_and_the_template_says_so_until_it_works_again_when_it_is_broken() -> None:
    row = template(body_en="{nope}")

    broken = words_for(Occasion.STARTED, BUILT_IN, WordValues(), now=NOW)
    row.refresh_from_db()
    fault = row.fault, row.fault_at
    WordTemplate.objects.update(body_zh="开始", body_en="")
    mended = words_for(Occasion.STARTED, BUILT_IN, WordValues(), now=NOW)
    row.refresh_from_db()

    assert broken == BUILT_IN
    assert fault == ("{components}", NOW)
    assert mended == Bilingual("开始", "Built in")
    assert row.fault == ""


def test_step_of_planned_work_is_told_in_the_words_of_its_template_when_there_is_one(world: World) -> None:
    template()
    work = make_maintenance(world, starts_in=timedelta(hours=1))
    leave_notice(work, at=world.now)

    move_by_time(work.starts_at)

    told = work.updates.get(step="started")
    assert told.body_zh == "分付 · 还款维护开始，2 小时后结束。"
    assert told.body_en == "Maintenance of Fenfu · Repayment has begun; it takes 2 hours."


def posted(**changes: str) -> dict[str, str]:
    return {
        "name": "t",
        "occasion": Occasion.IDENTIFIED.value,
        "cause": "",
        "title_zh": "",
        "title_en": "",
        "body_zh": "{components}出现故障。{advice}",
        "body_en": "",
        **changes,
    }


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"body_zh": "{komponents}"}, "body_zh", "{komponents}"),
        ({"title_en": "{end}"}, "title_en", "{end}"),
        ({"body_zh": ""}, "body_zh", "one of them is enough"),
        ({"automatic": "on"}, "automatic", "Only steps of planned work"),
    ],
)
def test_form_says_beside_the_field_what_is_wrong_with_a_template(
    world: World, browser: Client, change: dict[str, str], field: str, said: str
) -> None:
    answer = browser.post("/admin/drafting/wordtemplate/add/", posted(**change))

    errors = answer.context["adminform"].form.errors
    assert list(errors) == [field]
    assert said in str(errors[field].as_text())


def shown(page: str, name: str) -> str:
    field = HTMLParser(page).css_first(f"[name={name}]")
    assert field is not None, name
    return field.attributes.get("value") or field.text().strip()


def test_update_of_an_incident_is_filled_in_and_not_said_when_a_template_is_chosen(
    world: World, browser: Client
) -> None:
    incident = make_incident(world, cause=Cause.OUTAGE)
    row = template(
        occasion=Occasion.IDENTIFIED.value,
        automatic=False,
        body_zh="{components}：{cause}",
        body_en="{components} is down",
    )
    template(name="of waves", occasion=Occasion.IDENTIFIED.value, automatic=False, cause="risk_control")
    address = f"/admin/incidents/incident/{incident.pk}/change/"

    plain = browser.get(address).content.decode()
    page = browser.get(f"{address}?template={row.pk}").content.decode()

    assert f'href="?template={row.pk}"' in plain
    assert "of waves" not in plain
    assert shown(page, "updates-0-body_zh") == "分付 · 扫码支付：系统故障"
    assert shown(page, "updates-0-body_en") == "Fenfu · QR payment is down"
    assert not IncidentUpdate.objects.filter(body_en__contains=" is down").exists()


def test_new_announcement_is_filled_in_when_a_template_is_chosen(world: World, browser: Client) -> None:
    row = template(
        occasion=Occasion.ANNOUNCEMENT.value,
        automatic=False,
        title_zh="通知",
        title_en="Notice",
        body_zh="{site}",
        body_en="{end}",
    )

    page = browser.get(f"/admin/incidents/announcement/add/?template={row.pk}").content.decode()

    assert shown(page, "title_en") == "Notice"
    assert shown(page, "body_en") == "{end}"
    assert not Announcement.objects.exists()


@pytest.mark.parametrize("asked", ["x", "999999", "1" * 30, "²"])
def test_form_is_shown_without_words_when_the_template_is_none(
    world: World, browser: Client, asked: str
) -> None:
    answer = browser.get(f"/admin/incidents/announcement/add/?template={asked}")

    assert answer.status_code == 200


@pytest.mark.parametrize("count", [1, 15])
def test_list_of_templates_asks_the_same_number_of_queries_when_there_are_more(
    browser: Client, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        template(name=f"No {number}", automatic=False)

    with django_assert_max_num_queries(14):
        assert browser.get("/admin/drafting/wordtemplate/").status_code == 200
