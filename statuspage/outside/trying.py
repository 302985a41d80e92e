"""Says what would become of a pasted post, alert by alert; nothing is stored."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from statuspage.outside.matching import PassedOver, ReadRule, rule_for
from statuspage.outside.models import Sender
from statuspage.outside.posted import AlertmanagerPost, SignalRefusal, refusal_of, told
from statuspage.outside.receiving import rules_for

MOST_FAULTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """A rule that was passed over: the matcher that did not hold, and what the label is instead."""

    rule: str
    matcher: str
    given: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedAlert:
    """One alert: the rule that takes it, None where none does, and why not those before it."""

    name: str
    ended: bool
    refusal: SignalRefusal | None
    rule: ReadRule | None
    passed: tuple[WhyNot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedBody:
    """What each alert would become; ``faults`` are places in the body and what is wrong there."""

    alerts: tuple[TriedAlert, ...] = ()
    faults: tuple[tuple[str, str], ...] = ()


def try_post(body: str, sender: Sender | None, *, now: datetime) -> TriedBody:
    """Read a post as it would be if ``sender``, or any one, sent it now."""
    try:
        post = AlertmanagerPost.model_validate_json(body)
    except ValidationError as error:
        faults = [(".".join(map(str, one["loc"])), one["msg"]) for one in error.errors()[:MOST_FAULTS]]
        return TriedBody(faults=tuple(faults))
    rules, found = rules_for(sender), []
    for alert in post.alerts:
        signal = told(alert)
        taken = rule_for(signal.labels, rules)
        found.append(
            TriedAlert(
                name=signal.name,
                ended=signal.ended,
                refusal=refusal_of(signal, now),
                rule=taken.rule,
                passed=tuple(
                    _why_not(passed, signal.labels.get(passed.because.label)) for passed in taken.passed
                ),
            )
        )
    return TriedBody(alerts=tuple(found))


def _why_not(passed: PassedOver, given: str | None) -> WhyNot:
    return WhyNot(
        rule=passed.rule.name, matcher=str(passed.because), given="–" if given is None else f'"{given}"'
    )
