"""The alert rules of usual monitors, to compare with: so many failures in a row."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from probes.vocabulary.observations import WatchedCatalog
from probes.vocabulary.outcomes import Family
from statuspage.analysis.values import DetectorInput, Observed
from tests.scenarios.score import Claim

_CAUSE = {
    Family.TECHNICAL: "outage",
    Family.MAINTENANCE: "maintenance",
    Family.RISK: "risk_control",
    Family.AMBIGUOUS: "risk_control",
    Family.PAYER: "risk_control",
    Family.POLICY: "policy_change",
}


def in_a_row(catalog: WatchedCatalog, seen: Iterable[DetectorInput], count: int, share: float) -> list[Claim]:
    """Alert on a component when ``share`` of its probes (at least one) failed ``count`` times in a row."""
    component_of = {p.slug: p.component for p in catalog.probes if p.component}
    total = Counter(component_of.values())
    runs: dict[str, int] = defaultdict(int)
    families: dict[str, Counter[Family]] = defaultdict(Counter)
    down: dict[str, set[str]] = defaultdict(set)
    open_at: dict[str, float] = {}
    claims: list[Claim] = []
    for item in seen:
        if not isinstance(item, Observed) or item.check.probe not in component_of:
            continue
        probe, at, family = item.check.probe, item.at.timestamp(), item.outcome.family
        component = component_of[probe]
        if family in _CAUSE:
            runs[probe] += 1
            families[component][family] += 1
            if runs[probe] >= count:
                down[component].add(probe)
        elif family is Family.ACCEPTED:
            runs[probe] = 0
            down[component].discard(probe)
        needed = max(1.0, share * total[component])
        if component not in open_at and len(down[component]) >= needed:
            open_at[component] = at
        elif component in open_at and not down[component]:
            claims.append(_claim(component, open_at.pop(component), at, families.pop(component)))
        elif component not in open_at and not down[component] and family is Family.ACCEPTED:
            families.pop(component, None)
    claims += [_claim(component, at, None, families[component]) for component, at in open_at.items()]
    return claims


def _claim(component: str, start: float, end: float | None, families: Counter[Family]) -> Claim:
    cause = _CAUSE[families.most_common(1)[0][0]]
    return Claim(
        components=frozenset({component}),
        causes=((start, cause),),
        started=start,
        detected=start,
        confirmed=start,
        resolved=end,
    )
