"""What other monitors told us, as metrics: how much became what, what goes on, and who is silent."""

from collections.abc import Iterator
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from statuspage.outside.models import PushToken
from statuspage.outside.reading import standings, totals


def other_monitors(now: datetime) -> Iterator[Metric]:
    """By sender; one that is switched off has its totals alone."""
    became = CounterMetricFamily(
        "fogbreak_outside_signals",
        "Signals of other monitors ever, by what became of them: new, again, ended, over, or why they were "
        "refused; a post that was not read counts as one, a minute with too many posts as one.",
        labels=["sender", "became"],
    )
    for sender, fate, count in totals():
        became.add_metric([sender, fate], count)
    yield became
    going = GaugeMetricFamily(
        "fogbreak_outside_signals_open",
        "Signals of other monitors that go on, by whether a rule takes them.",
        labels=["sender", "taken"],
    )
    heard = GaugeMetricFamily(
        "fogbreak_outside_last_heard_timestamp_seconds", "When a sender was last heard.", labels=["sender"]
    )
    silent = GaugeMetricFamily(
        "fogbreak_outside_silent", "1 where a sender has been silent for too long.", labels=["sender"]
    )
    for one in standings(now):
        name = one.sender.name
        going.add_metric([name, "yes"], one.open_signals - one.unmatched)
        going.add_metric([name, "no"], one.unmatched)
        silent.add_metric([name], float(one.silent))
        if one.sender.heard_at is not None:
            heard.add_metric([name], one.sender.heard_at.timestamp())
    yield from (going, heard, silent)


def pushed_checks() -> Iterator[Metric]:
    """By probe that has a token."""
    pushed = CounterMetricFamily(
        "fogbreak_pushed_checks",
        "Checks that were pushed to us ever: taken, or refused for their time.",
        labels=["probe", "became"],
    )
    heard = GaugeMetricFamily(
        "fogbreak_pushed_last_heard_timestamp_seconds", "When a probe was last pushed.", labels=["probe"]
    )
    for token in PushToken.objects.select_related("probe"):
        pushed.add_metric([token.probe.slug, "taken"], token.taken)
        pushed.add_metric([token.probe.slug, "refused"], token.refused)
        if token.enabled and token.heard_at is not None:
            heard.add_metric([token.probe.slug], token.heard_at.timestamp())
    yield from (pushed, heard)
