"""What "Is it just me?" answers: the sentence, what it rests on, and what to do, by what was judged."""

from datetime import datetime

from django.utils.timezone import get_current_timezone

from probes.vocabulary.bilingual import NOTHING, Bilingual
from probes.vocabulary.causes import Cause
from probes.vocabulary.choices import ELSEWHERE, Explanation
from statuspage.asking.judgement import Judgement
from statuspage.asking.situation import Situation
from statuspage.incidents.ways import beside
from statuspage.wording import asking as words
from statuspage.wording.advice import DEBITED, ONLY_YOU, THEFT, other_ways, unsure
from statuspage.wording.advice import advice as advice_on
from statuspage.wording.causes import GUESSES
from statuspage.wording.kinds import attempts, tests
from statuspage.wording.numbers import usually
from statuspage.wording.times import moment

_ADVICE = {Explanation.ONLY_YOU: ONLY_YOU, Explanation.THEFT: THEFT}


def place_name(situation: Situation, slug: str) -> Bilingual:
    """The name of what was tapped first, with its group where that is not said already."""
    place = situation.place(slug)
    if place is None:
        return words.ELSEWHERE.say()
    return place.spoken_name


def headline(judgement: Judgement) -> Bilingual:
    """The answer in a sentence."""
    likeliest = judgement.likeliest
    if likeliest is Explanation.UNKNOWN:
        return _cannot_tell(judgement)
    if likeliest is Explanation.ONLY_YOU and judgement.blind:
        return words.ONLY_YOU_BLIND.say()
    if likeliest is Explanation.ONLY_YOU and judgement.disturbed:
        return words.ONLY_YOU_DURING.say()
    return words.ANSWERS[likeliest].say(attempts=attempts([judgement.kind]))


def _cannot_tell(judgement: Judgement) -> Bilingual:
    guesses = [GUESSES[name].say() for name, _ in judgement.shown if name in GUESSES]
    if not guesses:
        return words.ANSWERS[Explanation.UNKNOWN].say()
    if len(guesses) == 1:
        return words.ONE_GUESS.say(guess=guesses[0])
    return words.TWO_GUESSES.say(first=guesses[0], second=guesses[1])


def facts(judgement: Judgement, *, now: datetime) -> tuple[Bilingual, ...]:
    """What the answer rests on, besides the incident that is shown with it."""
    told = [_sight(judgement), _voices(judgement)]
    if judgement.planned is not None:
        end = moment(judgement.planned.ends_at, zone=get_current_timezone(), seen_from=now)
        told.insert(0, words.PLANNED_END.say(end=end))
    return tuple(fact for fact in told if fact)


def _sight(judgement: Judgement) -> Bilingual:
    if judgement.asked.component == ELSEWHERE:
        return words.NOT_WATCHED.say()
    if judgement.blind:
        return words.NOT_SEEN.say()
    if judgement.trouble is None and judgement.planned is None and not judgement.disturbed:
        return words.NOTHING_UNUSUAL.say(tests=tests([judgement.kind]))
    return NOTHING


def _voices(judgement: Judgement) -> Bilingual:
    if not judgement.same:
        return words.NOBODY_ELSE.say()
    if judgement.usual is None:
        return words.SAME.say(n=judgement.same)
    return words.SAME_AND_USUAL.say(n=judgement.same, usual=usually(judgement.usual))


def advice(judgement: Judgement) -> tuple[Bilingual, ...]:
    """What to do now, the most urgent first."""
    likeliest = judgement.likeliest
    if likeliest in _ADVICE:
        return tuple(line.say() for line in _ADVICE[likeliest])
    if likeliest is Explanation.UNKNOWN:
        return unsure(judgement.kind)
    return advice_on(Cause(likeliest.value), [judgement.kind])


def instead(judgement: Judgement, situation: Situation) -> tuple[Bilingual, ...]:
    """What works at this moment; nothing where it is theft that is feared."""
    if judgement.likeliest is Explanation.THEFT:
        return ()
    cause = {cause.value: cause for cause in Cause}.get(judgement.likeliest.value)
    others = beside([judgement.asked.component], situation.ways(), cause=cause)
    return other_ways([judgement.kind], others)


def guard(judgement: Judgement) -> tuple[Bilingual, ...]:
    """What to do against theft, to be safe, where something else is likelier; empty where it is not due."""
    if not judgement.guard or judgement.likeliest is Explanation.THEFT:
        return ()
    return tuple(line.say() for line in (DEBITED, *THEFT))
