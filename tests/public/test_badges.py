"""Badges: what they say, in both languages and for shields.io."""

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

from probes.vocabulary.causes import Cause
from probes.vocabulary.states import ComponentState
from statuspage.public.render.badges import width_of
from statuspage.public.render.tones import COLORS
from tests.support.public_rows import World, make_incident, set_state


def test_badges_say_cause_and_state_when_a_risk_wave_is_on(
    world: World, published: Callable[[], Path]
) -> None:
    make_incident(world, cause=Cause.RISK_CONTROL)
    set_state(world, "fenfu-qr", ComponentState.DEGRADED)

    folder = published()

    page = ET.parse(folder / "badge/status.svg").getroot()
    component = json.loads((folder / "en/badge/fenfu-qr/status.json").read_text())
    assert page.attrib["aria-label"] == "支付状态: 风控"
    assert component == {
        "schemaVersion": 1,
        "label": "QR payment",
        "message": "Declined for some",
        "color": COLORS["risk_control"].lstrip("#"),
    }


def test_badges_say_that_all_works_when_it_does(world: World, published: Callable[[], Path]) -> None:
    folder = published()

    page = json.loads((folder / "en/badge/status.json").read_text())
    uptime = json.loads((folder / "en/badge/fenfu-qr/uptime.json").read_text())
    assert (page["message"], page["color"]) == ("Operational", COLORS["ok"].lstrip("#"))
    assert uptime["message"].endswith("%")


def test_badge_is_wider_when_the_text_is_chinese() -> None:
    assert width_of("支付状态") > width_of("abcd")
