"""Tells whose fault it is when probes that worked are refused, as if they asked wrongly, from one moment on.

Everybody's request cannot become wrong at once while nothing was changed on our side: that is a fault of
theirs, such as a load balancer that lost its routes and answers 404. One probe's or one payer's alone may.
Until that is clear the refusals are held back.
"""

from collections.abc import Callable, Collection, Iterable, Mapping

import msgspec

from statuspage.analysis.kinds import Viewpoint
from statuspage.analysis.model import REFUSALS
from statuspage.analysis.values import Observed

_Side = Callable[[Viewpoint], str]
_SIDES: tuple[_Side, ...] = (lambda view: view.persona, lambda view: view.vantage)


class RefusalMemory(msgspec.Struct):
    """Since probes began to be refused: who was answered how (time, probe, refused?), oldest first.

    ``held`` are the refused checks of which is not known yet whose fault they are.
    """

    answers: list[tuple[float, str, bool]] = []
    held: list[Observed] = []


class Refusals:
    """Of one component; ``views`` are its probes, ``window_seconds`` is how long an answer tells."""

    def __init__(self, memory: RefusalMemory, views: Mapping[str, Viewpoint], window_seconds: float) -> None:
        self.memory, self.views, self.window_seconds = memory, views, window_seconds
        # The catalog may have changed since.
        memory.answers = [answer for answer in memory.answers if answer[1] in views]
        memory.held = [check for check in memory.held if check.check.probe in views]

    def note_answer(self, probe: str, at: float) -> None:
        """Take in that somebody's request was understood."""
        self.memory.answers.append((at, probe, False))

    def hold(self, refused: Observed, at: float) -> None:
        """Take in a refusal."""
        self.memory.answers.append((at, refused.check.probe, True))
        self.memory.held.append(refused)

    def release(self) -> list[Observed]:
        """Give away what was held."""
        held, self.memory.held = self.memory.held, []
        return held

    def expired(self, now: float) -> list[Observed]:
        """Forget what is too old; gives the refusals that were never theirs."""
        memory, since = self.memory, now - self.window_seconds
        memory.answers = [answer for answer in memory.answers if answer[0] > since]
        if not any(refused for _, _, refused in memory.answers):
            memory.answers = []
        old = [check for check in memory.held if check.at.timestamp() <= since]
        memory.held = memory.held[len(old) :]
        return old

    def hit_everybody(self, working: Iterable[str], lost: Collection[str]) -> bool:
        """Whether every payer is refused from every place, be it always or now and then.

        ``working`` are the probes that could be answered, ``lost`` the vantages that say nothing.
        """
        refused, answered = self._probes(True, lost), self._probes(False, lost)
        there = [view for view in map(self.views.get, working) if view and view.vantage not in lost]
        if len(refused) < min(REFUSALS.least_probes, len(there)):
            return False
        for side in _SIDES:
            hit = {side(self.views[probe]) for probe in refused}
            spared = {side(self.views[probe]) for probe in answered} - hit
            if spared or len(hit) < min(2, len(set(map(side, there)))):
                return False
        # Nobody is answered, or it is by chance who is.
        return bool(refused) and (not answered or bool(refused & answered))

    def _probes(self, refused: bool, lost: Collection[str]) -> set[str]:
        return {
            probe
            for _, probe, was_refused in self.memory.answers
            if was_refused is refused and probe in self.views and self.views[probe].vantage not in lost
        }
