"""What a number of checks cost."""

import resource
from dataclasses import dataclass

# What is asked at the same time, by all who are compared.
AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """So many checks, how many of them were accepted, the processor's seconds and the clock's."""

    checks: int
    accepted: int
    cpu_s: float
    wall_s: float

    @property
    def per_10_000(self) -> float:
        """Core-seconds for 10,000 checks."""
        return self.cpu_s * 10_000 / self.checks

    @property
    def per_second(self) -> float:
        return self.checks / self.wall_s

    @property
    def is_whole(self) -> bool:
        """Whether all were accepted, so that the figures are those of checks."""
        return self.accepted == self.checks

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            checks=self.checks + other.checks,
            accepted=self.accepted + other.accepted,
            cpu_s=self.cpu_s + other.cpu_s,
            wall_s=self.wall_s + other.wall_s,
        )


def cpu_seconds() -> float:
    """What this process has used of the processor."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
