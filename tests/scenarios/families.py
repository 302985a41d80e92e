"""The families of situations, and the world of any of them."""

import random

from tests.scenarios.edges import EVERY
from tests.scenarios.harder import HARDER
from tests.scenarios.making import Maker
from tests.scenarios.told import TOLD
from tests.scenarios.world import World

FAMILIES: dict[str, dict[str, Maker]] = {"known": EVERY, "harder": HARDER, "told": TOLD}


def made(situation: str, seed: int) -> World:
    """The world of a situation; the same for the same seed everywhere."""
    maker = next(makers[situation] for makers in FAMILIES.values() if situation in makers)
    return maker(random.Random(f"{situation}/{seed}"))
