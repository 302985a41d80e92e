"""Who leaves where there are too many connections."""

from dataclasses import dataclass

import pytest

from statuspage.public.serve.crowd import Crowd, share_of


@dataclass(eq=False)
class Someone:
    """A guest of a test, who does as told."""

    crowd: Crowd
    share: bytes = b"one"
    until: float = 10.0
    held_bytes: int = 0
    has_left: bool = False

    def expire(self) -> None:
        self.leave()

    def leave(self) -> None:
        self.has_left = True
        self.crowd.go(self)


def test_slowest_of_the_same_share_leaves_when_it_has_too_many() -> None:
    crowd = Crowd(most=10, of_one=2)
    other, first, second = Someone(crowd, share=b"other"), Someone(crowd), Someone(crowd)
    for guest in (other, first, second):
        crowd.enter(guest)

    assert crowd.enter(Someone(crowd))
    assert (other.has_left, first.has_left, second.has_left) == (False, True, False)


def test_whoever_moves_on_stays_when_another_must_leave() -> None:
    crowd = Crowd(most=2, of_one=2)
    first, second = Someone(crowd), Someone(crowd, share=b"other")
    crowd.enter(first)
    crowd.enter(second)
    crowd.wait_for(first)

    assert crowd.enter(Someone(crowd, share=b"third"))
    assert (first.has_left, second.has_left) == (False, True)


def test_nobody_is_let_in_when_all_wait_for_us() -> None:
    crowd = Crowd(most=1, of_one=1)
    served = Someone(crowd)
    crowd.enter(served)
    crowd.serve(served)

    assert not crowd.enter(Someone(crowd))
    assert not served.has_left
    assert len(crowd) == 1


def test_those_are_told_whose_time_is_over() -> None:
    crowd = Crowd(most=2, of_one=2)
    early, late = Someone(crowd, until=1.0), Someone(crowd, until=3.0)
    crowd.enter(early)
    crowd.enter(late)

    crowd.look(2.0)

    assert (early.has_left, late.has_left) == (True, False)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
    ],
)
def test_addresses_are_of_one_share_when_everybody_has_all_of_them(one: str, other: str, same: bool) -> None:
    assert (share_of(one) == share_of(other)) is same
