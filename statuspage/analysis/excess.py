"""More posts than expected: a Poisson CUSUM (Lucas 1985) against all that explains posts."""

import math

import msgspec

from statuspage.analysis.model import ECHO, LEAKS, REPORTS


class Rates(msgspec.Struct, frozen=True, gc=False):
    """Posts a second that are expected: as usual, misread ones, and about what is known already."""

    usual: float
    leaked: float = 0.0
    echoed: float = 0.0

    @property
    def gain(self) -> float:
        """Nats that one post says for a wave."""
        wave = REPORTS.ratio * self.usual + LEAKS.ratio * self.leaked + ECHO.ratio * self.echoed
        return math.log(wave / (self.usual + self.leaked + self.echoed))

    def fall(self, seconds: float) -> float:
        """Nats that so many seconds say against it; what leaked says its own when it is heard."""
        return ((REPORTS.ratio - 1.0) * self.usual + (ECHO.ratio - 1.0) * self.echoed) * seconds


class Excess(msgspec.Struct):
    """The statistic, in nats; it ``rose_at`` the last time that it left zero (epoch seconds)."""

    level: float = 0.0
    rose_at: float = 0.0

    @property
    def loud(self) -> bool:
        """Whether it is high enough to matter to anyone."""
        return self.level >= REPORTS.loud_nats

    def rise(self, nats: float, now: float) -> None:
        if self.level == 0.0:
            self.rose_at = now
        self.level = min(REPORTS.cap_nats, self.level + nats)

    def fall(self, nats: float) -> None:
        self.level = max(0.0, self.level - nats)


class Pace(msgspec.Struct):
    """Posts a second lately: a sum that fades within ``seconds``."""

    seconds: float
    total: float = 0.0
    moved_at: float = 0.0

    def add(self, posts: float, now: float) -> None:
        self.total = self.rate(now) * self.seconds + posts
        self.moved_at = now

    def take_back(self, posts: float, at: float, now: float) -> None:
        """As if so many had not been added ``at`` a moment before."""
        self.total = max(0.0, self.rate(now) * self.seconds - posts * math.exp(-(now - at) / self.seconds))
        self.moved_at = now

    def rate(self, now: float) -> float:
        return self.total * math.exp(-max(0.0, now - self.moved_at) / self.seconds) / self.seconds


class Echo(msgspec.Struct):
    """How people talk on of what is known: as fast as ``at`` the last moment of it, then ever less."""

    pace: float = 0.0
    at: float = 0.0

    def rate(self, now: float) -> float:
        """Posts a second."""
        fading = max(0.0, now - self.at - ECHO.hold_seconds)
        return self.pace * math.exp(-fading / ECHO.fade_seconds)

    def follow(self, pace: float, now: float) -> None:
        """What is talked about goes on, at ``pace``."""
        self.pace, self.at = max(pace, self.rate(now)), now
