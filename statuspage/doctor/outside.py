"""Examines what other monitors tell us: who fell silent, what no rule takes, and rules that mean nothing."""

from collections.abc import Iterator
from datetime import datetime

from statuspage import clock
from statuspage.doctor.findings import Area, Finding, warning
from statuspage.outside.reading import idle_rules, standings, unpushed
from statuspage.outside.receiving import rules_for
from statuspage.wording import doctor as words


def examine_outside() -> Iterator[Finding]:
    """The senders that may post, and their rules."""
    now = clock.now()
    for standing in standings(now):
        name = standing.sender.name
        if standing.silent:
            yield warning(Area.OUTSIDE, name, words.SENDER_SILENT, since=_said(standing.sender.heard_at))
        if not rules_for(standing.sender):
            yield warning(Area.OUTSIDE, name, words.SENDER_WITHOUT_RULES)
        elif standing.unmatched:
            yield warning(Area.OUTSIDE, name, words.SIGNALS_UNMATCHED, n=standing.unmatched)
    for rule in idle_rules():
        yield warning(Area.OUTSIDE, rule.name, words.RULE_IDLE)
    for token in unpushed(now):
        yield warning(Area.OUTSIDE, token.probe.slug, words.PUSH_SILENT, since=_said(token.heard_at))


def _said(at: datetime | None) -> str:
    return "–" if at is None else f"{at:%Y-%m-%d %H:%M:%S} UTC"
