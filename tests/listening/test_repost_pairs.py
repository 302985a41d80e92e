"""Labelled pairs: long posts as they are passed on, and short ones that two people happen to write alike."""

import random

from tests.listening.repost_pairs import copies, joined, look_alikes, posts


def test_repost_index_joins_what_is_passed_on_and_little_else_when_pairs_are_labelled() -> None:
    chance = random.Random(2)
    pairs = [*copies(40, chance), *look_alikes(60, chance)]
    among = chance.sample(posts(), 40)

    found = [pair for pair in pairs if joined(pair, among)]

    right = [pair for pair in found if pair.copied]
    assert len(right) >= 0.97 * sum(pair.copied for pair in pairs), [
        p for p in pairs if p.copied and p not in found
    ]
    assert len(right) >= 0.99 * len(found), [pair for pair in found if not pair.copied]
