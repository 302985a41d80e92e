"""Whether a vantage or an account that fares badly stands alone, or all others fare as badly."""

from collections.abc import Mapping

import msgspec

from statuspage.analysis.model import INSTRUMENT


class Company(msgspec.Struct, array_like=True):
    """How the others fare at one component while one vantage or account is under suspicion."""

    good: int = 0
    bad: int = 0

    @property
    def answers(self) -> int:
        return self.good + self.bad

    @property
    def well(self) -> bool:
        """Whether they fare badly as rarely as at any time."""
        return self.bad <= INSTRUMENT.usually_bad * self.answers

    def note(self, *, bad: bool) -> None:
        """Take in how another one fared."""
        self.bad += bad
        self.good += not bad

    def fade(self) -> None:
        """Let what is old count half, so that only what is going on now counts."""
        if self.answers >= INSTRUMENT.recent_company:
            self.good, self.bad = self.good // 2, self.bad // 2


def stands_alone(company: Mapping[str, Company], *, least: int) -> bool:
    """Whether the others are well in enough of the components that tell, by ``least`` answers of theirs.

    An outage or a wave beside it spares some components; one that befalls all of them is nobody's own.
    """
    telling = [others for others in company.values() if others.answers >= least]
    well = sum(others.well for others in telling)
    return well > 0 and well >= INSTRUMENT.spared_share * len(telling)
