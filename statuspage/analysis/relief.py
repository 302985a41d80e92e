"""Tells from the posts themselves that a wave is over: people say that it works again, or fall silent."""

import math
from bisect import bisect_right

import msgspec

OVER_NATS = 4.5  # about once in a thousand posts of a wave that goes on; it is taken up again then
AGAIN_NATS = 3.0
_WORKING_USUAL = (
    0.05  # of the posts of a wave, before any was heard: there is always someone for whom it works
)
_USUAL_WEIGHT = 20.0  # that belief in posts
_WORKING_MOST = 0.2
_WORKING_AFTER = 0.45  # of the posts once it works again
_FADING = 0.45  # of its own pace at which a wave fades out
_RELIEF_CAP = 8.0
_SHORTEST_WAVE_SECONDS = 120.0
_SHORTEST_LULL_SECONDS = 150.0
_MISSED_POSTS = 16.0  # that the pace would have brought; half of them by chance: twice in a hundred looks
_LONGEST_LULL_SECONDS = 900.0
_LULL_SHARE = 0.45  # of the wave's pace: fewer posts than this is silence


class Relief(msgspec.Struct):
    """Sums of one wave, in nats: for "it is over", and after that for "it goes on all the same"."""

    over: float = 0.0
    again: float = 0.0
    moved_at: float = 0.0
    complaints: float = 0.0  # since the wave rose
    working: float = 0.0
    pace: float = 0.0  # complaints a second when it was held to be over; 0 while it lasts
    ended_at: float = 0.0

    def complaint(self, now: float) -> None:
        """Somebody still complains."""
        usual = self._usual()
        self.complaints += 1.0
        self.over = max(0.0, self.over + math.log((1.0 - _WORKING_AFTER) / (1.0 - usual)))
        self._fade(now)
        self.again = min(_RELIEF_CAP, self.again - math.log(_FADING))

    def works(self, now: float) -> None:
        """Somebody says that it works."""
        usual = self._usual()
        if self.over == 0.0:  # those who speak while relief mounts say nothing of what was usual
            self.working += 1.0
        self.over = min(_RELIEF_CAP, self.over + math.log(_WORKING_AFTER / usual))
        self._fade(now)
        self.again = max(0.0, self.again + math.log(usual / _WORKING_AFTER))

    def end(self, now: float, pace: float) -> None:
        """The wave is held to be over; ``pace`` is the one that it had."""
        self.over = self.again = 0.0
        self.pace, self.moved_at, self.ended_at = pace, now, now

    def goes_on(self, now: float) -> bool:
        """Whether people complain on at the wave's own pace although it was held to be over."""
        self._fade(now)
        return self.pace > 0.0 and self.again >= AGAIN_NATS

    def _fade(self, now: float) -> None:
        self.again = max(0.0, self.again - (1.0 - _FADING) * self.pace * max(0.0, now - self.moved_at))
        self.moved_at = now

    def _usual(self) -> float:
        heard = self.complaints + self.working + _USUAL_WEIGHT
        return min(_WORKING_MOST, (self.working + _USUAL_WEIGHT * _WORKING_USUAL) / heard)


def pace_of(times: list[float]) -> float:
    """Posts a second of a wave with posts at ``times`` (sorted, seconds)."""
    return len(times) / max(_SHORTEST_WAVE_SECONDS, times[-1] - times[0])


def silent(times: list[float], now: float) -> bool:
    """Whether far fewer posts came lately than the wave's own pace would have brought."""
    pace = pace_of(times)
    window = min(_LONGEST_LULL_SECONDS, max(_SHORTEST_LULL_SECONDS, _MISSED_POSTS / pace))
    if now - times[0] < window:
        return False
    return bisect_right(times, now - window) >= len(times) - _LULL_SHARE * pace * window
