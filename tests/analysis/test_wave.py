"""When there is a wave of posts, when it began, when it is held to be over and when it is taken up again."""

import random
from datetime import UTC, datetime

import msgspec
import pytest

from probes.listening.reading.confusion import confusion
from probes.vocabulary.observations import ObservedReport
from probes.vocabulary.symptoms import Product, Symptom
from statuspage.analysis.leaks import leaks_of
from statuspage.analysis.model import DetectorSettings
from statuspage.analysis.values import Heard
from statuspage.analysis.wave import Wave
from statuspage.analysis.wave_end import WaveRecovery, silent
from statuspage.analysis.waves import Waves, WavesMemory

PACE = 0.1  # posts a second
HOUR = 12
START = datetime(2026, 11, 20, tzinfo=UTC).timestamp()
ENOUGH = DetectorSettings().report_suspect_nats()
FAILS, BESIDE = Symptom.PAYMENT_FAILURE, Symptom.IRRELEVANT


def _wave(*, posts: int, working_every: int = 20) -> WaveRecovery:
    recovery = WaveRecovery()
    for number in range(posts):
        if number % working_every == working_every - 1:
            recovery.works(number / PACE)
        else:
            recovery.complaint(number / PACE)
    return recovery


def heard(
    symptom: Symptom, at: float, product: Product = Product.FENFU, text: str = "", *, repeats: bool = False
) -> Heard:
    when = datetime.fromtimestamp(at, UTC)
    report = ObservedReport(at=when, published_at=when, source="forum", author="", text=text)
    return Heard(report=report, symptom=symptom, product=product, probability=0.9, repeats=repeats)


def waves() -> Waves:
    return Waves(WavesMemory(), leaks_of(confusion()))


def talk(listening: Waves, symptom: Symptom, since: float, until: float, per_minute: float) -> None:
    """Posts by chance, at that rate."""
    chance = random.Random(f"{symptom}{since}")
    at = since
    while (at := at + chance.expovariate(per_minute / 60.0)) < until:
        listening.hear(heard(symptom, at), at, HOUR)


def both(
    listening: Waves, since: float, until: float, per_minute: float, shares: dict[Symptom, float]
) -> None:
    """Posts by chance of several symptoms, in order of time."""
    chance = random.Random(f"{since}")
    at = since
    while (at := at + chance.expovariate(per_minute / 60.0)) < until:
        symptom = chance.choices(list(shares), list(shares.values()))[0]
        listening.hear(heard(symptom, at), at, HOUR)


def of(listening: Waves, symptom: Symptom = FAILS) -> Wave:
    wave = listening.of(symptom)
    assert wave is not None
    return wave


@pytest.mark.parametrize("times", [40, 150])
def test_nothing_is_news_when_an_article_is_on_everybodys_lips(times: float) -> None:
    listening, shares = waves(), dict(confusion()[BESIDE])
    for own in (FAILS, Symptom.RISK_DECLINE, Symptom.POLICY_CLOSURE):
        shares[own] += 0.02

    both(listening, START, START + 5400.0, 0.25 * times, shares)

    assert max(wave.news.level for wave in listening.memory.waves.values()) < ENOUGH


def test_a_wave_is_news_even_when_everybody_talks_about_an_article() -> None:
    listening = waves()

    both(listening, START, START + 1200.0, 25.0, {BESIDE: 0.72, FAILS: 0.28})

    assert of(listening).news.level >= ENOUGH


def test_refusals_are_no_news_when_a_wave_of_failures_is_misread_for_them() -> None:
    listening = waves()

    both(listening, START, START + 3600.0, 10.0, dict(confusion()[FAILS]))

    assert of(listening).news.level >= ENOUGH
    assert of(listening, Symptom.RISK_DECLINE).news.level < ENOUGH


def test_copies_of_an_article_count_as_talk_and_copies_of_a_complaint_as_nobody() -> None:
    listening = waves()

    for second in range(600):
        at = START + second
        listening.hear(heard(BESIDE, at, repeats=True), at, HOUR)
        listening.hear(heard(FAILS, at, repeats=True), at, HOUR)

    assert of(listening).leaked.rate(START + 600.0) > 0.0
    assert of(listening).window == 0


def test_talk_is_no_news_when_it_goes_on_after_what_it_is_about() -> None:
    listening = waves()
    talk(listening, FAILS, START, START + 600.0, 8.0)
    of(listening).explain(START + 600.0)

    talk(listening, FAILS, START + 600.0, START + 1500.0, 7.0)
    talk(listening, FAILS, START + 1500.0, START + 3000.0, 4.0)

    assert of(listening).excess.loud
    assert of(listening).news.level < ENOUGH


def test_talk_is_news_when_it_grows_again_after_it_had_fallen() -> None:
    listening = waves()
    talk(listening, FAILS, START, START + 600.0, 4.0)
    of(listening).explain(START + 600.0)
    talk(listening, FAILS, START + 600.0, START + 2400.0, 0.5)

    talk(listening, FAILS, START + 3600.0, START + 4500.0, 6.0)

    assert of(listening).news.level >= ENOUGH


def _by(author: str, at: float) -> Heard:
    return msgspec.structs.replace(
        heard(FAILS, at), report=msgspec.structs.replace(heard(FAILS, at).report, author=author)
    )


def test_a_wave_is_gone_when_all_of_its_posts_are_hidden() -> None:
    listening, posts = waves(), [_by(f"forger{number}", START + 20.0 * number) for number in range(60)]
    for post in posts:
        listening.hear(post, post.at.timestamp(), HOUR)
    loud, told = of(listening).news.level, of(listening).count(START, START + 1200.0)

    for post in posts:
        listening.unhear(post, START + 1230.0, HOUR)

    wave = of(listening)
    assert (loud >= ENOUGH, told) == (True, 60)
    assert (wave.excess.level, wave.news.level, wave.voices) == (0.0, 0.0, [])
    assert wave.count(START, START + 1200.0) == 0
    assert wave.pace.total == pytest.approx(0.0, abs=1e-6)


def test_a_wave_goes_on_when_a_few_of_its_posts_are_hidden() -> None:
    listening, posts = waves(), [_by(f"user{number}", START + 20.0 * number) for number in range(60)]
    for post in posts:
        listening.hear(post, post.at.timestamp(), HOUR)

    for post in posts[:3]:
        listening.unhear(post, START + 1200.0, HOUR)

    assert of(listening).news.level >= ENOUGH
    assert of(listening).count(START, START + 1200.0) == 57


def test_nothing_is_taken_back_when_a_post_is_hidden_that_had_not_counted() -> None:
    listening, first, again = waves(), _by("loud", START), _by("loud", START + 30.0)
    for post in (first, again):
        listening.hear(post, post.at.timestamp(), HOUR)
    before = msgspec.to_builtins(of(listening))

    listening.unhear(again, START + 30.0, HOUR)

    assert msgspec.to_builtins(of(listening)) == before


@pytest.mark.parametrize("per_minute", [2.0, 5.0, 12.0])
def test_a_wave_began_when_its_rate_rose_and_not_with_a_scattered_post_before(per_minute: float) -> None:
    errors = []
    for seed in range(20):
        listening, began = waves(), START + 7200.0 * seed
        for minutes in (14.0, 9.0, 4.0):
            at = began - 60.0 * minutes
            listening.hear(heard(FAILS, at), at, HOUR)
        now = began + 1200.0 / per_minute
        talk(listening, FAILS, began, now, per_minute)
        errors.append(abs(of(listening).began(now, HOUR) - began))

    assert sorted(errors)[10] < 120.0
    assert sorted(errors)[18] < 300.0


def test_complaints_are_counted_by_when_they_were_written_and_about_what() -> None:
    listening = waves()
    for minute, product in enumerate([Product.FENFU, Product.WECHAT_PAY, Product.NONE, Product.FENFU]):
        at = START + 60.0 * minute
        listening.hear(heard(FAILS, at, product), at, HOUR)
    wave = of(listening)

    assert wave.count(START, START + 240.0) == 4
    assert wave.count(START + 60.0, START + 240.0, {Product.FENFU, Product.NONE}) == 2
    assert wave.count(START, START + 59.0) == 1
    assert wave.products(START, START + 240.0)[Product.FENFU] == 2


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
