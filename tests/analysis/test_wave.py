"""When a wave of posts is held to be over, and when it is taken up again."""

from statuspage.analysis.wave_end import WaveRecovery, silent

PACE = 0.1  # posts a second


def _wave(*, posts: int, working_every: int = 20) -> WaveRecovery:
    recovery = WaveRecovery()
    for number in range(posts):
        if number % working_every == working_every - 1:
            recovery.works(number / PACE)
        else:
            recovery.complaint(number / PACE)
    return recovery


def test_wave_goes_on_when_few_say_that_it_works() -> None:
    recovery = _wave(posts=300)

    assert not recovery.is_over


def test_wave_is_over_when_half_say_that_it_works() -> None:
    recovery = _wave(posts=100)

    for number in range(100, 120):
        recovery.complaint(number / PACE) if number % 2 else recovery.works(number / PACE)

    assert recovery.is_over


def test_wave_is_taken_up_again_when_complaints_keep_their_pace_after_its_end() -> None:
    recovery = _wave(posts=100)
    recovery.end(1000.0, PACE)

    for number in range(60):
        recovery.complaint(1000.0 + number / PACE)

    assert recovery.goes_on(1600.0)


def test_wave_stays_over_when_complaints_fade_after_its_end() -> None:
    recovery = _wave(posts=100)
    recovery.end(1000.0, PACE)

    for number in range(12):
        recovery.complaint(1000.0 + 3 * number / PACE)

    assert not recovery.goes_on(1360.0)


def test_silence_is_told_when_a_fast_wave_stops() -> None:
    times = [float(at) for at in range(0, 600, 10)]

    assert not silent(times, 600.0)
    assert silent(times, 720.0)
