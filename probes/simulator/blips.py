"""Small faults of a component's own that come and go within a minute, as they do everywhere."""

from functools import lru_cache

from probes.simulator.cast import PARTS
from probes.simulator.dice import draw, key_of, poisson, unit
from probes.simulator.scenario import Scenario, ScenarioKind


@lru_cache(maxsize=512)
def blips_of_day(seed: int, day: int, per_day: float) -> tuple[Scenario, ...]:
    """The small faults that start on this day (counted in UTC since 1970), 20 to 75 seconds long."""
    found: list[Scenario] = []
    for component in PARTS:
        key = key_of(seed, "blip", component)
        for number in range(poisson(per_day, unit(draw(key, day), 1))):
            bits = draw(key, day * 1000 + number + 1_000_000_000)
            found.append(
                Scenario(
                    id=f"blip-{component}-{day}-{number}",
                    kind=ScenarioKind.OUTAGE,
                    starts_s=(day + unit(bits, 2)) * 86400,
                    lasts_s=20 + 55 * unit(bits, 3),
                    components=(component,),
                    intensity=0.5 + 0.5 * unit(bits, 4),
                    flavour="mixed",
                    posts=0.0,
                    must=False,
                )
            )
    return tuple(found)
