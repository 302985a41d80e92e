"""How one component stands on the page: its look, and the word or two beside it."""

from dataclasses import dataclass

from probes.vocabulary.bilingual import NOTHING, Bilingual
from probes.vocabulary.states import ComponentState
from statuspage.analysis.values import Certainty
from statuspage.incidents.ways import concerned_by
from statuspage.public.read.values import ComponentView, IncidentView, Snapshot
from statuspage.public.render.headline import TONE_OF_STATE, UNTROUBLED, urgency
from statuspage.public.render.pauses import paused
from statuspage.wording import headline as words
from statuspage.wording import labels, rows


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStanding:
    """``tone`` is a cause, ``ok`` or ``unknown``; ``suspected``: nothing is confirmed of it yet."""

    tone: str
    word: Bilingual
    suspected: bool = False


def standing_of(snapshot: Snapshot, component: ComponentView) -> ShownStanding:
    """The look of a component that does not work is that of the cause, where an incident says so."""
    state = component.state
    tone, word = TONE_OF_STATE[state], labels.state(state)
    incident = None if tone in UNTROUBLED else _foremost(snapshot, component.slug)
    if incident is None:
        return ShownStanding(tone=tone, word=word)
    if incident.certainty is Certainty.SUSPECTED and state is ComponentState.DEGRADED:
        said = rows.suspected(told_only=incident.told_only)
        return ShownStanding(tone=incident.cause.value, word=said, suspected=True)
    evidence = incident.evidence
    measured = evidence is not None and component.slug in dict(evidence.extents)
    return ShownStanding(
        tone=incident.cause.value, word=rows.confirmed(state, incident.cause, measured=measured)
    )


def why_unknown(snapshot: Snapshot, component: ComponentView) -> Bilingual:
    """Why nobody knows how a component stands; nothing where it is known."""
    if component.state is not ComponentState.UNKNOWN:
        return NOTHING
    if snapshot.blind:
        return (words.BEGINNING if snapshot.known_until is None else words.STOPPED).say()
    if snapshot.anew:
        return words.JUDGING_ANEW.say()
    if component.slug in dict(snapshot.paused):
        told = paused(component.name, dict(snapshot.paused)[component.slug], snapshot.at)
        return words.IN_FULL.say(said=told.capitalised())
    reason = dict(snapshot.blind_because).get(component.slug)
    sentence = words.NOT_SEEN if reason is None else words.BLIND_BECAUSE[reason]
    return words.IN_FULL.say(said=sentence.say(names=component.name).capitalised())


def _foremost(snapshot: Snapshot, slug: str) -> IncidentView | None:
    """The most urgent open incident that speaks of this component."""
    own = [incident for incident in snapshot.open_incidents if slug in concerned_by(incident)]
    return min(own, key=urgency, default=None)
