"""Shares and counts as they are read.

Both kinds of shares are told to the nearest, but never as all or none where they are not: a minute of outage
in ninety days does not read 100%, nor one failure in a thousand 0%.
"""

from probes.vocabulary.bilingual import Bilingual
from statuspage.wording.sentence import Sentence

_ALMOST_NONE = Sentence("几乎没有", "almost none")
_ABOUT = Sentence("约 {n} 人", "about {n}")
_ABOUT_AS_POSTS = Sentence("约 {n} 条", "about {n}")


def percent(ratio: float | None) -> str:
    """A share as per cent, with more digits where it is near all or none; a dash where it is unknown."""
    if ratio is None:
        return "–"
    if ratio >= 1 or ratio <= 0:
        return "100%" if ratio >= 1 else "0%"
    digits = 2 if ratio >= 0.99 or ratio < 0.01 else 1 if ratio >= 0.9 else 0
    least = 10.0**-digits
    return f"{min(100 - least, max(least, ratio * 100)):.{digits}f}%"


def chance(probability: float) -> str:
    """A probability as whole per cent, never more certain than 99."""
    return f"{chance_percent(probability)}%"


def chance_percent(probability: float) -> int:
    """The number of :func:`chance`."""
    return 0 if probability <= 0 else min(99, max(1, round(probability * 100)))


def usually(people: float, *, posts: bool = False) -> Bilingual:
    """How many people, or ``posts``, are usual: whole ones, for nobody has ever met a tenth of one."""
    whole = round(people)
    if not whole:
        return _ALMOST_NONE.say()
    return (_ABOUT_AS_POSTS if posts else _ABOUT).say(n=whole)


def number(value: float) -> str:
    """A count, or a usual count, without needless digits."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}".removesuffix(".0")
