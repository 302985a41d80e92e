"""When a wave of posts is held to be over, and when it is taken up again."""

from statuspage.analysis.relief import OVER_NATS, Relief, silent

PACE = 0.1  # posts a second


def _wave(*, posts: int, working_every: int = 20) -> Relief:
    relief = Relief()
    for number in range(posts):
        if number % working_every == working_every - 1:
            relief.works(number / PACE)
        else:
            relief.complaint(number / PACE)
    return relief


def test_relief_stays_below_its_limit_when_few_say_that_it_works() -> None:
    relief = _wave(posts=300)

    assert relief.over < OVER_NATS


def test_relief_holds_a_wave_to_be_over_when_half_say_that_it_works() -> None:
    relief = _wave(posts=100)

    for number in range(100, 120):
        relief.complaint(number / PACE) if number % 2 else relief.works(number / PACE)

    assert relief.over >= OVER_NATS


def test_relief_lets_a_wave_go_on_when_complaints_keep_their_pace_after_its_end() -> None:
    relief = _wave(posts=100)
    relief.end(1000.0, PACE)

    for number in range(60):
        relief.complaint(1000.0 + number / PACE)

    assert relief.goes_on(1600.0)


def test_relief_lets_a_wave_be_over_when_complaints_fade_after_its_end() -> None:
    relief = _wave(posts=100)
    relief.end(1000.0, PACE)

    for number in range(12):
        relief.complaint(1000.0 + 3 * number / PACE)

    assert not relief.goes_on(1360.0)


def test_silent_tells_a_lull_when_a_fast_wave_stops() -> None:
    times = [float(at) for at in range(0, 600, 10)]

    assert not silent(times, 600.0)
    assert silent(times, 720.0)
