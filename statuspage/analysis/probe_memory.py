"""What is remembered of each probe: whether it works, since when it is refused, how its good answers look."""

import msgspec

from probes.vocabulary.exclusions import Exclusion
from probes.vocabulary.observations import Check
from statuspage.analysis.kinds import ACCEPTED, EXCLUSION_OF, REFUSED, THROTTLED, WRONG_REQUEST
from statuspage.analysis.model import FORMS, INSTRUMENT

_RECENT = (1 << INSTRUMENT.recent_answers) - 1
_LAST_TWO, _LAST_THREE = 0b11, 0b111
# The parts of a form.
_CODED, _MARKUP = 1, 2


class UsualForm(msgspec.Struct, array_like=True):
    """Whether good answers carry a code, and markup in place of a message; ``same`` and ``other`` count."""

    form: int = 0
    same: int = 0
    other: int = 0

    @property
    def sure(self) -> bool:
        """Whether an answer of another form is news."""
        return self.same >= FORMS.least_answers and self.other * FORMS.usual_of < self.same

    def odd(self, check: Check, *, calm: bool) -> bool:
        """Whether an accepted answer lacks what this probe's good ones have; takes it in.

        What differs counts as usual only while its component is ``calm``, so that trouble is not learned.
        """
        form = form_of(check)
        if form == self.form:
            self.same = self.same + 1 if self.same < FORMS.most_answers else self._fade()
            return False
        worse = self.sure and bool(self.form & ~form & _CODED or form & ~self.form & _MARKUP)
        if calm or not worse:
            self.other += 1
            if self.other > self.same:
                self.form, self.same, self.other = form, self.other, self.same
        return worse

    def _fade(self) -> int:
        """Halve what is old; the new count of answers of this form."""
        self.other //= 2
        return self.same // 2


class ProbeMemory(msgspec.Struct, array_like=True):
    """Of one probe, as it was set up when last seen; times in epoch seconds.

    ``worked``: it was answered once by something else than a refusal. ``accepted`` counts until it is proven.
    ``refusals`` has a bit for each of the last answers, the latest lowest, that is set where the answer may
    be our own fault; ``refused_since`` is when the present run of such began, 0 outside of one. ``codes`` are
    those that successes without a meaning carried in calm times.
    """

    setup: str = ""
    worked: bool = False
    accepted: int = 0
    refusals: int = 0
    refused_since: float = 0.0
    form: UsualForm = msgspec.field(default_factory=UsualForm)
    codes: dict[str, int] = {}

    @property
    def proven(self) -> bool:
        """Whether it was accepted for some time: what it is refused from then on may be their fault."""
        return self.accepted >= INSTRUMENT.proven_checks

    @property
    def misconfigured(self) -> bool:
        """Whether it was refused so often of late that nobody else's checks need to be asked."""
        refusals = self.refusals
        return refusals.bit_count() >= INSTRUMENT.misconfigured_checks and bool(refusals & _LAST_THREE)

    def needs_care(self, now: float) -> bool:
        """Whether somebody must look after it: it is misconfigured, or seems to be."""
        twice = self.refusals & _LAST_TWO == _LAST_TWO
        return self.misconfigured or (twice and now - self.refused_since >= INSTRUMENT.misconfigured_seconds)

    def accept(self, check: Check) -> bool:
        """Take in a good answer, unless something about it or the probe is remarkable."""
        usual = self.form
        if self.refusals or self.accepted < INSTRUMENT.proven_checks or usual.same >= FORMS.most_answers:
            return False
        if check.message or (usual.form == _CODED) is not bool(check.code):
            return False
        usual.same += 1
        return True

    def take(self, kind: int, at: float) -> Exclusion | None:
        """Take in one answer; why it says nothing of the service, as far as this probe alone can tell.

        A wrong request of a probe that is proven and is not known to be misconfigured is left to others.
        """
        if kind == THROTTLED:
            return Exclusion.THROTTLED
        if kind in EXCLUSION_OF or (not self.worked and kind in REFUSED):
            open_question = kind == WRONG_REQUEST and self.proven and not self.misconfigured
            self.refusals = (self.refusals << 1 | 1) & _RECENT
            self.refused_since = self.refused_since or at
            return None if open_question else EXCLUSION_OF.get(kind, Exclusion.MISCONFIGURED)
        self.worked = True
        if kind == ACCEPTED and not self.proven:
            self.accepted += 1
        if self.refusals:
            self.refusals, self.refused_since = self.refusals << 1 & _RECENT, 0.0
        return None

    def acquit(self) -> None:
        """Its refusals were their fault."""
        self.refusals, self.refused_since = 0, 0.0

    def unknown_code(self, check: Check, *, calm: bool) -> bool:
        """Whether a success has a code that this probe does not know; takes it in."""
        seen = self.codes.get(check.code, 0)
        if calm and (seen or len(self.codes) < FORMS.most_codes):
            self.codes[check.code] = min(seen + 1, FORMS.known_code)
        return seen < FORMS.known_code


def form_of(check: Check) -> int:
    """The form of an answer, as a sum of its parts."""
    form = _CODED if check.code else 0
    return form | _MARKUP if "<" in check.message else form
