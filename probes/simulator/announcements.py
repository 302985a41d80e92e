"""The operator's announcements of maintenance, as far as they were made at a moment."""

from collections.abc import Iterable, Mapping

from probes.simulator.scenario import Occurrence, Scenario, moment, occurrences
from probes.vocabulary.observations import MaintenanceWindow


def notices_between(
    scenarios: Iterable[Scenario], since_s: float, until_s: float, cuts: Mapping[tuple[str, int], float]
) -> list[MaintenanceWindow]:
    """What was announced, or called off, in [since, until), in the order in which it was made known."""
    told: list[MaintenanceWindow] = []
    for scenario in scenarios:
        if scenario.announced_s is not None:
            for occurrence in occurrences(scenario, since_s, until_s + scenario.announced_s, cuts):
                notices = _notices_of(occurrence, occurrence.starts_s - scenario.announced_s)
                told += [notice for notice in notices if since_s <= notice.at.timestamp() < until_s]
    return sorted(told, key=lambda notice: (notice.at, notice.slug))


def _notices_of(occurrence: Occurrence, announced_s: float) -> list[MaintenanceWindow]:
    scenario = occurrence.scenario
    notices = [_notice(occurrence, announced_s, occurrence.window_ends_s, cancelled=False)]
    if scenario.withdrawn_s is not None:
        off_s = max(occurrence.starts_s - scenario.withdrawn_s, announced_s)
        notices.append(_notice(occurrence, off_s, occurrence.window_ends_s, cancelled=True))
    elif occurrence.ends_s < occurrence.window_ends_s + min(0.0, scenario.overruns_s):
        # Stopped by hand, which is told; work that is merely done sooner than was said mostly is not.
        notices.append(_notice(occurrence, occurrence.ends_s, occurrence.ends_s, cancelled=False))
    return notices


def _notice(occurrence: Occurrence, at_s: float, ends_s: float, *, cancelled: bool) -> MaintenanceWindow:
    return MaintenanceWindow(
        at=moment(at_s),
        slug=occurrence.id,
        components=occurrence.scenario.components,
        starts_at=moment(occurrence.starts_s),
        ends_at=moment(ends_s),
        cancelled=cancelled,
    )
