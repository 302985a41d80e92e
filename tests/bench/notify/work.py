"""One worker: looks until nothing is left, or for ever: ``work.py on [LEASE_SECONDS]``."""

import sys
import time
from datetime import timedelta

import django

django.setup()

from statuspage import clock  # noqa: E402  (Django has to be set up first)
from statuspage.delivery import outbox  # noqa: E402
from statuspage.subscribers.telling import tell  # noqa: E402

if __name__ == "__main__":
    for_ever = sys.argv[1:2] == ["on"]
    if sys.argv[2:]:
        outbox.LEASE = timedelta(seconds=float(sys.argv[2]))  # type: ignore[attr-defined]
    started = time.monotonic()
    while tell(clock.now()) or for_ever:
        time.sleep(0.01 if for_ever else 0)
    print(f"{time.monotonic() - started:.3f}")
