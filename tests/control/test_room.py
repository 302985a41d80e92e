"""The control room shows what is open and wrong, and takes decisions in place."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.test import Client
from selectolax.lexbor import LexborHTMLParser

from probes.vocabulary.causes import Cause
from statuspage.analysis.values import Certainty, Conditions
from statuspage.control.stories import position_of
from statuspage.incidents.machine_view import MachineView, view_to_json
from statuspage.incidents.models import Incident, IncidentUpdate
from statuspage.logbook.models import Deed
from statuspage.monitoring.models import Dispatch, Progress
from tests.control.conftest import LogsIn
from tests.incidents.building import verdict
from tests.support.public_rows import World, make_incident, make_maintenance

ROOM, ACT = "/admin/room/", "/admin/room/act/"
HTMX = {"HX-Request": "true"}
WATCHER = ("incidents.view_incident", "monitoring.view_progress")


def _words(page: bytes) -> str:
    """All that is to be read."""
    return " ".join(LexborHTMLParser(page.decode()).text(separator=" ").split())


def _decide(client: Client, incident: Incident, act: str, *, htmx: bool = True, **more: Any) -> str:
    """Press a button as the room showed it when ``incident`` was read last."""
    data = {"pk": incident.pk, "act": act, "mark": position_of(incident).mark, **more}
    answer = client.post(ACT, data, headers=HTMX if htmx else {})
    assert answer.status_code == (200 if htmx else 302)
    return answer.content.decode()


def test_room_says_that_nothing_needs_anybody_when_all_is_well(calm: World, log_in: LogsIn) -> None:
    page = log_in().get("/admin/")

    text = _words(page.content)
    assert "Nothing needs you." in text
    assert "Asia/Shanghai (UTC+8)" in text


def test_room_puts_what_is_suspected_before_what_is_confirmed(calm: World, log_in: LogsIn) -> None:
    make_incident(calm, cause=Cause.OUTAGE, ago=timedelta(minutes=1))
    make_incident(calm, cause=Cause.RISK_CONTROL, certainty=Certainty.SUSPECTED, ago=timedelta(minutes=9))

    text = _words(log_in().get(ROOM).content)

    assert text.index("Suspected") < text.index("Confirmed")
    assert "Nothing needs you." not in text
    assert "6 in 10 test payments are declined" in text


def test_room_is_not_sent_again_when_nothing_in_it_changed(calm: World, log_in: LogsIn) -> None:
    client = log_in()
    make_incident(calm)
    first = client.get(ROOM)

    again = client.get(ROOM, headers={"If-None-Match": first.headers["ETag"]})
    make_incident(calm, cause=Cause.RISK_CONTROL)
    changed = client.get(ROOM, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["X-Looked-At"]
    assert changed.status_code == 200


def test_room_says_which_stage_is_late_when_nobody_works(calm: World, log_in: LogsIn) -> None:
    Dispatch.objects.update(dispatched_until=calm.now - timedelta(minutes=5))
    Progress.objects.update(concluded_until=None)

    text = _words(log_in().get(ROOM).content)

    assert "Checks handed out: nothing newer than" in text
    assert "Concluded: never yet" in text
    assert "Nothing needs you." not in text


def test_room_names_what_cannot_be_seen_when_components_are_blind(calm: World, log_in: LogsIn) -> None:
    told = Conditions(
        at=calm.now, blind_components=("fenfu-qr", "card-checkout"), frozen_personas=("reseller",)
    )
    Progress.objects.update(conditions=msgspec.to_builtins(told))

    text = _words(log_in().get(ROOM).content)

    assert "2 components cannot be seen" in text
    assert "QR payment" in text
    assert "The account itself seems to be frozen" in text


def test_room_tells_what_was_brought_over_open_and_is_ended_by_nobody(calm: World, log_in: LogsIn) -> None:
    make_incident(calm, imported_from="kuma", key=None)
    make_incident(calm, imported_from="kuma", key=None, lasted=timedelta(minutes=3))

    text = _words(log_in().get(ROOM).content)

    assert text.count("Brought over from Uptime Kuma, open since") == 1


def test_room_tells_planned_work_that_should_be_over(calm: World, log_in: LogsIn) -> None:
    make_maintenance(calm, starts_in=timedelta(hours=-3), status="verifying")

    text = _words(log_in().get(ROOM).content)

    assert "should be over" in text


def test_saying_something_leaves_the_machine_in_charge(calm: World, log_in: LogsIn) -> None:
    incident = make_incident(calm)

    told = _decide(log_in(), incident, "say", body_zh="已联系机构", body_en="We asked the provider")

    incident.refresh_from_db()
    said = IncidentUpdate.objects.get(incident=incident, body_en="We asked the provider")
    assert (said.by_machine, said.author is not None, incident.taken_over) == (False, True, False)
    assert "Said." in told


def test_saying_it_in_one_language_is_enough(calm: World, log_in: LogsIn) -> None:
    incident = make_incident(calm)

    _decide(log_in(), incident, "say", body_zh="只有中文", body_en="")

    assert incident.updates.filter(body_zh="只有中文", body_en="").exists()


def test_what_was_written_is_kept_when_it_is_too_long(calm: World, log_in: LogsIn) -> None:
    incident, text = make_incident(calm), "长" * 5001

    told = _decide(log_in(), incident, "say", body_zh=text, body_en="")

    assert "Nothing was said" in told
    assert f"{text}</textarea>" in told
    assert incident.updates.count() == 2


def _after(client: Client, incident: Incident, act: str, **more: Any) -> Incident:
    _decide(client, incident, act, **more)
    incident.refresh_from_db()
    return incident


def test_decisions_move_the_incident_and_are_logged(calm: World, log_in: LogsIn) -> None:
    incident, client = make_incident(calm), log_in()

    taken = _after(client, incident, "take_over", minutes="30").due_at
    given = _after(client, incident, "give_back").taken_over
    ended = _after(client, make_incident(calm), "resolve").status

    assert taken is not None
    assert timedelta(minutes=29) < taken - calm.now < timedelta(minutes=31)
    assert (given, ended) == (False, "resolved")
    deeds = Deed.objects.order_by("pk").values_list("what", flat=True)
    assert [*deeds] == ["Take over", "Give back", "Resolve"]


def test_what_is_suspected_is_held_back_or_confirmed(calm: World, log_in: LogsIn) -> None:
    client = log_in()
    held, sure = (make_incident(calm, certainty=Certainty.SUSPECTED) for _ in range(2))

    _after(client, held, "hold_back")
    _after(client, sure, "take_over")
    _after(client, sure, "confirm")

    assert (held.certainty, held.confirmation) == ("suspected", "held")
    assert sure.certainty == "confirmed"


def test_cause_is_corrected_and_the_public_is_told(calm: World, log_in: LogsIn) -> None:
    incident, client = make_incident(calm, cause=Cause.RISK_CONTROL), log_in()

    _after(client, incident, "correct", cause="outage")
    again = _decide(client, incident, "correct", cause="outage")

    assert (incident.cause, incident.taken_over) == ("outage", True)
    assert incident.updates.count() == 3
    assert "that is its cause already" in again


def test_false_alarm_leaves_the_room_and_stays_in_the_history(calm: World, log_in: LogsIn) -> None:
    incident = make_incident(calm)

    told = _decide(log_in(), incident, "withdraw")

    incident.refresh_from_db()
    assert incident.withdrawn_at is not None
    assert incident.title_en not in told


def test_room_shows_what_the_public_is_not_told_and_publishes_it(calm: World, log_in: LogsIn) -> None:
    incident, client = make_incident(calm, publication="held"), log_in()

    before = _words(client.get(ROOM).content)
    _after(client, incident, "publish")

    assert "Held back" in before
    assert incident.publication == "published"


def test_room_says_what_the_machine_sees_when_a_person_leads(calm: World, log_in: LogsIn) -> None:
    incident = make_incident(calm, taken_over=True)
    seen = verdict(key=incident.key or "", cause=Cause.RISK_CONTROL, resolved=90)
    incident.machine_view = view_to_json(MachineView(verdict=seen))
    incident.save()

    text = _words(log_in().get(ROOM).content)

    assert "The machine says: over since" in text


def test_who_may_only_say_something_decides_nothing(calm: World, log_in: LogsIn) -> None:
    incident = make_incident(calm)
    client = log_in("incidents.view_incident", "incidents.add_incidentupdate")
    said = {"pk": incident.pk, "act": "say", "mark": "", "body_en": "We look into it"}

    shown = client.get(ROOM).content.decode()
    answers = [client.post(ACT, data).status_code for data in (said, {**said, "status": "monitoring"})]

    assert 'value="say"' in shown
    assert 'value="resolve"' not in shown
    assert 'name="status"' not in shown
    assert answers == [302, 403]


def test_decisions_lead_back_to_the_page_when_there_is_no_script(calm: World, log_in: LogsIn) -> None:
    incident, client = make_incident(calm), log_in()

    _decide(client, incident, "take_over", htmx=False)

    assert "You lead it now." in _words(client.get("/admin/").content)


def test_decision_is_refused_when_the_incident_changed_meanwhile(calm: World, log_in: LogsIn) -> None:
    incident, client = make_incident(calm, certainty=Certainty.SUSPECTED), log_in()
    Incident.objects.filter(pk=incident.pk).update(cause=Cause.RISK_CONTROL.value)

    told = _decide(client, incident, "resolve")

    incident.refresh_from_db()
    assert "the incident changed meanwhile" in told
    assert incident.resolved_at is None


def test_decision_is_refused_when_it_is_over_already(calm: World, log_in: LogsIn) -> None:
    incident = make_incident(calm, lasted=timedelta(minutes=3))

    told = _decide(log_in(), incident, "say", body_zh="字", body_en="Word")

    assert "it is over" in told
    assert incident.updates.count() == 3


@pytest.mark.parametrize("data", [{}, {"pk": "1"}, {"pk": "x", "act": "say"}, {"pk": "1", "act": "burn"}])
def test_what_no_button_sends_is_no_decision(calm: World, log_in: LogsIn, data: dict[str, str]) -> None:
    assert log_in().post(ACT, data).status_code == 400


def test_who_may_only_look_is_shown_no_buttons_and_decides_nothing(calm: World, log_in: LogsIn) -> None:
    incident, client = make_incident(calm), log_in(*WATCHER)

    shown = client.get(ROOM).content.decode()
    answer = client.post(ACT, {"pk": incident.pk, "act": "resolve", "mark": ""})

    assert incident.title_en in shown
    assert "<button" not in shown
    assert answer.status_code == 403


def test_who_may_see_nothing_is_shown_nothing(calm: World, log_in: LogsIn) -> None:
    make_incident(calm)
    Progress.objects.update(concluded_until=None)

    text = _words(log_in("auth.view_user").get("/admin/").content)

    assert "Fenfu" not in text
    assert "Concluded" not in text
    assert "Users" in text


def test_room_sends_strangers_to_the_form(calm: World) -> None:
    answers = [Client().get("/admin/"), Client().get(ROOM), Client().post(ACT, {})]

    assert [answer.status_code for answer in answers] == [302, 302, 302]
