"""How posts themselves tell that a wave is over: by what they say, and by falling silent."""

import math
from bisect import bisect_right

import msgspec

from statuspage.analysis.model import WAVE_END


class WaveRecovery(msgspec.Struct):
    """Sums of one wave, in nats: for "it is over", and after that for "it goes on all the same".

    ``complaints`` and ``working`` count posts since the wave rose; ``pace`` is in complaints a second when
    the wave was held to be over, 0 while it lasts.
    """

    over: float = 0.0
    relapse: float = 0.0
    moved_at: float = 0.0
    complaints: float = 0.0
    working: float = 0.0
    pace: float = 0.0
    ended_at: float = 0.0

    @property
    def is_over(self) -> bool:
        """Whether those for whom it works again are too many for a wave that goes on."""
        return self.over >= WAVE_END.over_nats

    def complaint(self, now: float) -> None:
        """Somebody still complains."""
        usual = self._usual_working()
        self.complaints += 1.0
        self.over = max(0.0, self.over + math.log((1.0 - WAVE_END.recovered_working) / (1.0 - usual)))
        self._fade(now)
        self.relapse = min(WAVE_END.cap_nats, self.relapse - math.log(WAVE_END.fading_pace))

    def works(self, now: float) -> None:
        """Somebody says that it works."""
        usual = self._usual_working()
        # Those who speak while recovery mounts say nothing of what was usual.
        if self.over == 0.0:
            self.working += 1.0
        self.over = min(WAVE_END.cap_nats, self.over + math.log(WAVE_END.recovered_working / usual))
        self._fade(now)
        self.relapse = max(0.0, self.relapse + math.log(usual / WAVE_END.recovered_working))

    def end(self, now: float, pace: float) -> None:
        """The wave is held to be over; ``pace`` is the one that it had."""
        self.over = self.relapse = 0.0
        self.pace, self.moved_at, self.ended_at = pace, now, now

    def goes_on(self, now: float) -> bool:
        """Whether people complain on at the wave's own pace although it was held to be over."""
        self._fade(now)
        return self.pace > 0.0 and self.relapse >= WAVE_END.relapse_nats

    def _fade(self, now: float) -> None:
        """A Poisson process at the fading pace against one at the wave's own: time without posts tells."""
        missed = (1.0 - WAVE_END.fading_pace) * self.pace * max(0.0, now - self.moved_at)
        self.relapse = max(0.0, self.relapse - missed)
        self.moved_at = now

    def _usual_working(self) -> float:
        prior = WAVE_END.usual_posts
        heard = self.complaints + self.working + prior
        return min(WAVE_END.most_usual_working, (self.working + prior * WAVE_END.usual_working) / heard)


def silent(times: list[float], now: float) -> bool:
    """Whether far fewer posts came lately than the pace of posts at ``times`` would have brought."""
    pace = pace_of(times)
    window = min(WAVE_END.most_lull_seconds, max(WAVE_END.least_lull_seconds, WAVE_END.lull_posts / pace))
    if now - times[0] < window:
        return False
    return bisect_right(times, now - window) >= len(times) - WAVE_END.lull_share * pace * window


def pace_of(times: list[float]) -> float:
    """Posts a second of a wave with posts at ``times`` (sorted, seconds)."""
    return len(times) / max(WAVE_END.least_wave_seconds, times[-1] - times[0])
