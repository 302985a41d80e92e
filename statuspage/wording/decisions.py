"""What a timeline says of what a person decided: corrected, withdrawn, reopened, merged, split."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from probes.vocabulary.bilingual import NOTHING, Bilingual
from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.kinds import ComponentKind
from statuspage.analysis.values import Certainty
from statuspage.wording import causes, names
from statuspage.wording.advice import short_advice
from statuspage.wording.sentence import Sentence

CAUSE_CORRECTED = Sentence(
    "更正：原因不是{before}，而是{cause}。", "Correction: this is not {before} but {cause}."
)
_SURENESS: Mapping[Certainty, Sentence] = {
    Certainty.CONFIRMED: Sentence("已证实。", "Confirmed."),
    Certainty.SUSPECTED: Sentence("更正：此事尚未证实。", "Correction: this is not confirmed yet."),
}
_IMPACT: Mapping[Impact, Sentence] = {
    Impact.NONE: Sentence("更正：没有影响。", "Correction: it has no impact."),
    Impact.MINOR: Sentence("更正：影响轻微。", "Correction: its impact is minor."),
    Impact.MAJOR: Sentence("更正：影响严重。", "Correction: its impact is major."),
    Impact.CRITICAL: Sentence("更正：影响极严重。", "Correction: its impact is critical."),
}
_COMPONENTS = Sentence("更正：受影响的是{names}。", "Correction: this affects {names}.")
_TIMES = Sentence("更正了起止时间。", "Its times have been corrected.")
WITHDRAWN = Sentence(
    "误报：经核实，此事并未发生，现予撤回，不计入可用率。",
    "False alarm: we checked, and this did not happen. We withdraw it; it does not count towards uptime.",
)
REOPENED = Sentence("重新处理：问题尚未结束。", "Reopened: this is not over.")
MERGED = Sentence(
    "“{title}”与此是同一件事，今后都在这里更新。", "“{title}” is part of this. Updates continue here."
)
SPLIT = Sentence("{names}另作一件事处理。", "{names}: told as an incident of its own from now on.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """What a person corrected of an incident: each is None (``times``: False) where it stayed."""

    cause: tuple[Cause, Cause] | None = None  # before and now
    certainty: Certainty | None = None
    impact: Impact | None = None
    components: Sequence[Bilingual] | None = None
    times: bool = False


def correction(told: Corrected, kinds: Collection[ComponentKind]) -> Bilingual:
    """The entry that tells a correction; nothing where nothing was corrected. ``kinds`` is what fails for."""
    said = NOTHING
    if told.cause is not None:
        before, now = told.cause
        said += CAUSE_CORRECTED.say(before=causes.within(before), cause=causes.within(now))
    if told.certainty is not None:
        said += _SURENESS[told.certainty].say()
    if told.impact is not None:
        said += _IMPACT[told.impact].say()
    if told.components is not None:
        said += _COMPONENTS.say(names=names.spoken(told.components))
    if told.times:
        said += _TIMES.say()
    return said + short_advice(told.cause[1], kinds) if told.cause is not None else said
