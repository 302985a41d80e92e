"""Whether an account that is refused everywhere stands alone, or a wave befalls all that are like it."""

from collections.abc import Mapping

import msgspec

from statuspage.analysis.model import INSTRUMENT


class Company(msgspec.Struct, array_like=True):
    """How the other watched payers of a component fare while one account is under suspicion."""

    good: int = 0
    refused: int = 0

    @property
    def answers(self) -> int:
        return self.good + self.refused

    @property
    def well(self) -> bool:
        """Whether they are refused as rarely as at any time."""
        return self.refused <= INSTRUMENT.usually_refused * self.answers


def stands_alone(company: Mapping[str, Company]) -> bool:
    """Whether the others, by component, are well in enough of the components that tell.

    A wave beside a frozen account spares some components; one that befalls all of them is no account's own.
    """
    telling = [others for others in company.values() if others.answers >= INSTRUMENT.telling_answers]
    well = sum(others.well for others in telling)
    return well > 0 and well >= INSTRUMENT.spared_share * len(telling)
