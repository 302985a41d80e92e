"""Situations of which only posts speak, rightly or wrongly."""

import random

from tests.scenarios.effects import failing
from tests.scenarios.making import HOUR, MINUTE, Maker, add_event, drawn_start, new_world
from tests.scenarios.world import POSTS, Event, World

# What people say who speak of an article about payments that everybody reads.
VIRAL = {
    "irrelevant": 0.94,
    "working": 0.015,
    "payment_failure": 0.02,
    "risk_decline": 0.015,
    "policy_closure": 0.01,
}


def told(cause: str, *, own: str = "", aside: dict[str, float] | None = None) -> Maker:
    """Users complain, and no probe sees it.

    Their posts are of the label ``own`` but for those ``aside`` (shares by label); as usual without.
    """

    def make(dice: random.Random) -> World:
        world = new_world(dice)
        told_in(world, cause, own=own, aside=aside)
        return world

    return make


def told_in(
    world: World,
    cause: str,
    *,
    own: str,
    aside: dict[str, float] | None,
    posts: tuple[float, float] = (4, 12),
    start: float | None = None,
) -> Event:
    return add_event(
        world,
        cause,
        lambda _: lambda w, call: None,
        minutes=(40, 90),
        start=start,
        components=world.some(1, 4, fenfu=True),
        heard=True,
        posts=world.dice.uniform(*posts),
        mixture={own: 1.0 - sum(aside.values()), **aside} if aside else None,
        kind="heard",
    )


def chatter(dice: random.Random) -> World:
    """A viral article, adverts and a few loud accounts: nothing."""
    world = new_world(dice)
    start = drawn_start(world, 2 * HOUR)
    loud = [f"loud{n}" for n in range(dice.randint(3, 8))]
    angry = [p["text"] for p in POSTS if p["label"] in ("payment_failure", "risk_decline")]
    outrage, article = dice.sample(angry, 6), "；".join(dice.sample(angry, 4))
    adverts = [p["text"] for p in POSTS if p["label"] == "irrelevant"]
    at = start
    while at < start + dice.uniform(1, 2.5) * HOUR:
        at += dice.expovariate(1.0) * 8.0
        sort = dice.random()
        if sort < 0.5:
            world.extra_posts.append((at, dice.choice(loud), dice.choice(outrage)))
        elif sort < 0.75:
            prefix = dice.choice(["转发 ", "//@网友: ", "【热点】", ""])
            cut = article[: dice.randint(len(article) * 2 // 3, len(article))]
            world.extra_posts.append((at, f"{dice.getrandbits(32):08x}", prefix + cut))
        else:
            world.extra_posts.append((at, f"{dice.getrandbits(32):08x}", dice.choice(adverts)))
    return world


def post(world: World, start: float, end: float, per_minute: float, mixture: dict[str, float]) -> None:
    at = start
    while (at := at + world.dice.expovariate(1.0) * 60.0 / per_minute) < end:
        label = world.dice.choices(list(mixture), list(mixture.values()))[0]
        world.extra_posts.append((at, f"{world.dice.getrandbits(32):08x}", world.words(label)))


def theft(dice: random.Random) -> World:
    world = new_world(dice)
    theft_in(world)
    return world


def theft_in(world: World) -> None:
    """Many fear that they were robbed: no cause that the page tells."""
    dice = world.dice
    start, length = drawn_start(world, 1.5 * HOUR), dice.uniform(40, 90) * MINUTE
    post(world, start, start + length, dice.uniform(3, 8), {"account_security": 0.8, "irrelevant": 0.2})


def viral(*, outage: bool) -> Maker:
    """An article that everybody speaks of, at 40 to 150 times the usual; perhaps with an outage meanwhile."""

    def make(dice: random.Random) -> World:
        world = new_world(dice)
        start, length = viral_in(world)
        if outage:
            share = dice.uniform(0.5, 0.97)
            add_event(
                world,
                "outage",
                lambda _: failing(world, share),
                minutes=(20, 40),
                start=start + dice.uniform(0.2, 0.5) * length,
                posts=dice.uniform(2, 8),
                kind="viral",
            )
        return world

    return make


def viral_in(world: World) -> tuple[float, float]:
    """An article that everybody speaks of; gives when that began and how long it lasts, in seconds."""
    dice = world.dice
    start, length = drawn_start(world, 1.5 * HOUR), dice.uniform(40, 90) * MINUTE
    pace = min(30.0, world.shape.posts_per_minute * dice.uniform(40, 150))
    post(world, start, start + length, pace, VIRAL)
    return start, length


def echo(minutes: tuple[float, float], *, components: tuple[int, int] = (1, 1)) -> Maker:
    """A fault that people still talk about for most of an hour after its end."""

    def make(dice: random.Random) -> World:
        world = new_world(dice)
        share = dice.uniform(0.6, 0.97)
        add_event(
            world,
            "outage",
            lambda _: failing(world, share),
            minutes=minutes,
            components=world.some(*components, fenfu=True),
            posts=dice.uniform(4, 10),
            fade=dice.uniform(800, 1100),
            kind="echo",
        )
        return world

    return make
