"""Which decisions are offered, and that buttons carry them out, log them and refuse whoever may not."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from pytest_django import Settings
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from probes.vocabulary.causes import Cause
from probes.vocabulary.publishing import Confirmation, Publication
from statuspage.analysis.values import Certainty
from statuspage.incidents.decisions import IncidentDecision, IncidentStanding, decisions_for
from statuspage.incidents.handling import take_over
from statuspage.incidents.models import Incident, PublishingPolicy
from statuspage.incidents.postmortems import draft_of
from statuspage.incidents.recording import record_verdicts
from statuspage.logbook.models import Deed
from statuspage.monitoring.models import Component
from tests.incidents.building import at, plant_components, verdict

OPEN = IncidentStanding()
WAVE = IncidentStanding(certainty=Certainty.SUSPECTED)
HELD = IncidentStanding(publication=Publication.HELD)
D = IncidentDecision
WORDS = {D.SAY, D.CORRECT}


@pytest.mark.parametrize(
    ("standing", "wanted"),
    [
        pytest.param(OPEN, WORDS | {D.RESOLVE, D.TAKE_OVER, D.WITHDRAW, D.MERGE}, id="open and sure"),
        pytest.param(
            WAVE,
            WORDS | {D.CONFIRM, D.HOLD_BACK, D.RESOLVE, D.TAKE_OVER, D.WITHDRAW, D.MERGE},
            id="suspected",
        ),
        pytest.param(
            replace(WAVE, confirmation=Confirmation.HELD),
            WORDS | {D.CONFIRM, D.RESOLVE, D.TAKE_OVER, D.WITHDRAW, D.MERGE},
            id="suspected, and held so",
        ),
        pytest.param(HELD, {D.PUBLISH, D.DROP, D.RESOLVE, D.TAKE_OVER, D.MERGE}, id="held back"),
        pytest.param(
            replace(HELD, publication=Publication.WAITING),
            {D.HOLD_BACK, D.PUBLISH, D.DROP, D.RESOLVE, D.TAKE_OVER, D.MERGE},
            id="waiting to be published",
        ),
        pytest.param(
            replace(OPEN, taken_over=True, components=2),
            WORDS | {D.RESOLVE, D.GIVE_BACK, D.WITHDRAW, D.MERGE, D.SPLIT},
            id="led by a person, of two components",
        ),
        pytest.param(
            replace(OPEN, by_machine=False), WORDS | {D.RESOLVE, D.WITHDRAW, D.MERGE}, id="a person's own"
        ),
        pytest.param(
            replace(OPEN, over=True, components=2), WORDS | {D.REOPEN, D.WITHDRAW, D.MERGE}, id="over"
        ),
        pytest.param(replace(OPEN, over=True, withdrawn=True), {D.REOPEN}, id="withdrawn"),
        pytest.param(
            replace(OPEN, over=True, withdrawn=True, taken_over=True), {D.REOPEN}, id="withdrawn by who leads"
        ),
        pytest.param(
            replace(WAVE, taken_over=True),
            WORDS | {D.CONFIRM, D.RESOLVE, D.GIVE_BACK, D.WITHDRAW, D.MERGE},
            id="suspected, and led by a person",
        ),
        pytest.param(replace(OPEN, merged=True), set(), id="merged into another"),
    ],
)
def test_what_can_be_decided_follows_from_how_it_stands(
    standing: IncidentStanding, wanted: set[IncidentDecision]
) -> None:
    assert set(decisions_for(standing)) == wanted


@pytest.fixture
def boss(db: None) -> User:
    return User.objects.create(username="boss", is_staff=True, is_superuser=True)


@pytest.fixture
def browser(boss: User, settings: Settings) -> Client:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    client = Client(headers={"accept-language": "en"})
    client.force_login(boss)
    return client


@pytest.fixture
def wave(db: None) -> Incident:
    """One that the machine tells as suspected and is sure of."""
    plant_components()
    record_verdicts([verdict(cause=Cause.RISK_CONTROL, components=("fenfu-qr", "fenfu-online"))])
    return Incident.objects.get()


def text_of(page: HTMLParser, selector: str) -> str:
    return "".join(node.text() for node in page.css(selector))


def decide(browser: Client, incident: Incident, decision: str, **given: object) -> int:
    data = {"decision": decision, **given}
    return browser.post(f"/admin/incidents/incident/{incident.pk}/decide/", data).status_code


def test_button_tells_as_confirmed_and_is_logged_when_it_is_pressed(
    browser: Client, boss: User, wave: Incident
) -> None:
    status = decide(browser, wave, "confirm")

    wave.refresh_from_db()
    deed = Deed.objects.get()
    assert (status, wave.certainty, wave.led_by_person) == (302, "confirmed", False)
    assert (deed.user, deed.what, deed.object_id) == (boss, "Tell as confirmed", str(wave.pk))
    assert "machine_view" not in [name for name, *_ in deed.changes]


def test_buttons_carry_out_each_decision_when_they_are_pressed_in_turn(
    browser: Client, wave: Incident
) -> None:
    online = Component.objects.get(slug="fenfu-online")
    steps: list[tuple[str, dict[str, object], dict[str, object]]] = [
        ("hold_back", {}, {"confirmation": "held"}),
        ("take_over", {"span": "30"}, {"taken_over": True}),
        ("give_back", {}, {"taken_over": False}),
        ("split", {"components": [online.pk]}, {"split_off": ["fenfu-online"]}),
        ("withdraw", {}, {"status": "resolved"}),
        ("reopen", {}, {"withdrawn_at": None, "status": "identified"}),
    ]
    for decision, given, wanted in steps:
        assert decide(browser, wave, decision, **given) == 302
        wave.refresh_from_db()
        assert {name: getattr(wave, name) for name in wanted} == wanted
    part = Incident.objects.exclude(pk=wave.pk).get()

    decide(browser, part, "merge", into=wave.public_id)
    decide(browser, wave, "resolve")

    part.refresh_from_db()
    wave.refresh_from_db()
    assert (part.merged_into, wave.status) == (wave, "resolved")


def test_button_of_a_page_that_is_old_does_nothing_and_says_so(browser: Client, wave: Incident) -> None:
    decide(browser, wave, "resolve")
    before = Incident.objects.values().get()

    answer = browser.post(
        f"/admin/incidents/incident/{wave.pk}/decide/", {"decision": "confirm"}, follow=True
    )

    assert "this cannot be done to it any more" in answer.content.decode()
    assert Incident.objects.values().get() == before


@pytest.mark.parametrize(
    ("decision", "given", "said"),
    [
        ("take_over", {"span": "7"}, "Choose one of those"),
        ("merge", {"into": "nothing"}, "Choose one of those"),
        ("split", {"components": ["x", "999"]}, "Choose some of its components"),
    ],
)
def test_decision_says_why_when_it_cannot_be_carried_out(
    browser: Client, wave: Incident, decision: str, given: dict[str, object], said: str
) -> None:
    before = Incident.objects.values().get()

    answer = browser.post(
        f"/admin/incidents/incident/{wave.pk}/decide/", {"decision": decision, **given}, follow=True
    )

    assert said in answer.content.decode()
    assert Incident.objects.values().get() == before


def test_nobody_decides_who_may_only_look(browser: Client, wave: Incident) -> None:
    viewer = User.objects.create(username="viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_incident"))
    browser.force_login(viewer)

    status = decide(browser, wave, "withdraw")
    page = HTMLParser(browser.get(f"/admin/incidents/incident/{wave.pk}/change/").content.decode())

    assert status == 403
    assert page.css_first(".standing") is not None
    assert not page.css(".decisions button")
    assert Incident.objects.get().withdrawn_at is None


def test_unknown_decision_is_not_found(browser: Client, wave: Incident) -> None:
    assert decide(browser, wave, "explode") == 404


def test_form_says_what_the_machine_sees_and_has_the_words_before_the_evidence(
    browser: Client, wave: Incident
) -> None:
    take_over(wave, author=None, now=at(90))
    record_verdicts([verdict(cause=Cause.RISK_CONTROL, seconds=900, resolved=880)])

    text = browser.get(f"/admin/incidents/incident/{wave.pk}/change/").content.decode()

    page = HTMLParser(text)
    standing = text_of(page, ".standing")
    assert "The machine says: over since 2026-03-02 12:17:40 (Asia/Shanghai)." in standing
    assert text.index("updates-0-body_zh") < text.index("field-timeline") < text.index("field-evidence_table")
    assert "nats" not in text
    assert "UTC" not in text_of(page, "#content-main")


@pytest.mark.parametrize("count", [1, 20])
def test_list_asks_as_often_when_there_are_many(
    browser: Client, wave: Incident, count: int, django_assert_max_num_queries: object
) -> None:
    record_verdicts([verdict(key=f"fenfu-qr/{n}", seconds=60 + n) for n in range(2, 2 + count)])
    browser.get("/admin/incidents/incident/")

    with django_assert_max_num_queries(14):  # type: ignore[operator]  # pytest-django's fixture
        assert browser.get("/admin/incidents/incident/").status_code == 200


def test_table_tells_what_holds_where_when_there_is_a_rule_of_one_component(
    browser: Client, wave: Incident
) -> None:
    one = Component.objects.get(slug="fenfu-qr")
    PublishingPolicy.objects.create(cause="outage", component=one, tell="after", tell_minutes=3)

    page = HTMLParser(browser.get("/admin/incidents/publishingpolicy/").content.decode())

    rows = [[cell.text() for cell in row.css("th, td")] for row in page.css(".what-holds tbody tr")]
    assert rows == [
        ["outage", "all others", "at once", "at once"],
        ["outage", "Name 1", "after 3 minutes, unless stopped", "at once"],
        ["maintenance", "all components", "at once", "at once"],
        ["risk checks", "all components", "at once", "after 2 minutes, unless stopped"],
        ["policy change", "all components", "at once", "after 2 minutes, unless stopped"],
    ]


def test_draft_of_a_postmortem_has_the_facts_and_is_stored_only_when_it_is_saved(
    browser: Client, wave: Incident
) -> None:
    record_verdicts([verdict(cause=Cause.RISK_CONTROL, seconds=900, resolved=880)])

    page = browser.get(f"/admin/incidents/incident/{wave.pk}/change/?postmortem").content.decode()

    draft = draft_of(Incident.objects.get())
    told = text_of(HTMLParser(page), "#id_postmortem_en")
    assert told.strip() == draft.en.strip()
    assert "- began: Mar 2, 12:03 (UTC+8)" in draft.en
    assert "- ended (15 minutes after it began): 12:17 (UTC+8)" in draft.en
    assert "- 历时：15 分钟" in draft.zh
    assert "declined" in draft.en.partition("## Extent")[2]
    assert Incident.objects.get().postmortem.en == ""


def test_announcer_says_something_and_decides_nothing(browser: Client, wave: Incident) -> None:
    announcer = User.objects.create(username="announcer", is_staff=True)
    for name in ("view_incident", "add_incidentupdate"):
        announcer.user_permissions.add(Permission.objects.get(codename=name))
    browser.force_login(announcer)

    page = HTMLParser(browser.get(f"/admin/incidents/incident/{wave.pk}/change/").content.decode())
    statuses = [
        decide(browser, wave, "say", body_zh="正在联系。", body_en=""),
        decide(browser, wave, "say", body_zh=" ", body_en=""),
        decide(browser, wave, "resolve"),
    ]

    said = wave.updates.latest("sequence")
    assert [node.attributes["value"] for node in page.css(".standing button")] == ["say"]
    assert not page.css("#updates-group")
    assert statuses == [302, 302, 403]
    assert (said.body_zh, said.author, wave.updates.count()) == ("正在联系。", announcer, 2)
