"""Which push services did not answer just now: nobody waits for them, so that they hold up no others."""

from datetime import datetime, timedelta

# After so many in a row that did not answer it is left alone for so long.
MOST_UNANSWERED = 3
LEFT_ALONE = timedelta(minutes=1)


class SilentHosts:
    """What one process knows of hosts, each a host or host:port."""

    def __init__(self) -> None:
        self._unanswered: dict[str, int] = {}
        self._left_until: dict[str, datetime] = {}

    def is_silent(self, host: str, now: datetime) -> bool:
        """Whether to ask it would be to wait in vain, as far as is known."""
        until = self._left_until.get(host)
        # More than a pause ahead, the clock was put back.
        return until is not None and now < until <= now + LEFT_ALONE

    def note(self, host: str, now: datetime, *, answered: bool) -> None:
        """What came of asking it; after its pause one is left alone again at the first silence."""
        if answered:
            self._unanswered.pop(host, None)
            self._left_until.pop(host, None)
            return
        self._unanswered[host] = self._unanswered.get(host, 0) + 1
        if self._unanswered[host] >= MOST_UNANSWERED:
            self._left_until[host] = now + LEFT_ALONE
