"""What the first screen says of what is just over, and of what it cannot see then."""

from datetime import timedelta

import pytest

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.states import ComponentState
from statuspage.analysis.values import Certainty
from statuspage.incidents.recording import close_orphans
from statuspage.public.read.snapshot import build
from statuspage.public.render.headline import Headline, Scene, headline_of
from tests.support.public_rows import COMPONENTS, World, make_incident, set_state


def verdict(world: World) -> Headline:
    return headline_of(build(world.now))


@pytest.mark.parametrize(
    ("ended", "scene"),
    [(timedelta(seconds=4), Scene.RECOVERED), (timedelta(minutes=31), Scene.CALM)],
    ids=["just now", "half an hour ago"],
)
def test_first_screen_tells_what_is_over_for_half_an_hour(
    world: World, ended: timedelta, scene: Scene
) -> None:
    lasted = timedelta(minutes=18)
    make_incident(world, ago=lasted + ended, lasted=lasted)

    said = verdict(world)

    assert (said.scene, said.tone) == (scene, "ok")


def test_first_screen_says_what_it_was_and_where_to_ask_when_it_is_just_over(world: World) -> None:
    make_incident(world, ago=timedelta(minutes=20), lasted=timedelta(minutes=18))

    said = verdict(world)

    assert said.headline == Bilingual("分付 · 扫码支付：已恢复正常", "Fenfu · QR payment: back to normal")
    assert said.facts[0] == Bilingual(
        "刚才是系统故障，历时 18 分钟，2 分钟前结束",
        "System outage; it lasted 18 minutes and ended 2 minutes ago",
    )
    assert "“只有我这样吗？”" in said.advice[0].zh
    assert said.incident is not None


@pytest.mark.parametrize("state", [ComponentState.UNKNOWN, ComponentState.DEGRADED])
def test_first_screen_does_not_say_that_it_works_again_when_that_is_not_seen(
    world: World, state: ComponentState
) -> None:
    make_incident(world, ago=timedelta(minutes=20), lasted=timedelta(minutes=18))
    set_state(world, "fenfu-qr", state)

    assert verdict(world).scene is not Scene.RECOVERED


def test_first_screen_tells_of_no_recovery_when_nothing_was_ever_confirmed(world: World) -> None:
    make_incident(
        world, certainty=Certainty.SUSPECTED, ago=timedelta(minutes=20), lasted=timedelta(minutes=18)
    )

    assert verdict(world).scene is Scene.CALM


def test_first_screen_tells_of_no_recovery_when_the_detector_lost_sight_of_it(world: World) -> None:
    make_incident(world, ago=timedelta(minutes=20))
    close_orphans(at=world.now - timedelta(minutes=2))

    assert verdict(world).scene is Scene.CALM


def test_first_screen_says_what_we_cannot_see_when_something_else_is_just_over(world: World) -> None:
    make_incident(world, ago=timedelta(minutes=20), lasted=timedelta(minutes=18))
    for slug in set(COMPONENTS) - {"fenfu-qr"}:
        set_state(world, slug, ComponentState.UNKNOWN)

    said = verdict(world)

    assert (said.scene, said.tone, said.brief.en) == (Scene.RECOVERED, "unknown", "Unknown")
    assert said.headline.en == "Fenfu · QR payment: back to normal"
    assert any("we do not know about" in fact.en for fact in said.facts)
