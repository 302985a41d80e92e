"""One worker: looks until there is nothing more to do, ``work.py``, or for ever, ``work.py on``."""

import sys
import time

import django

django.setup()

from statuspage import clock  # noqa: E402
from statuspage.subscribers.telling import tell  # noqa: E402

if __name__ == "__main__":
    started = time.monotonic()
    while tell(clock.now()) or sys.argv[1:] == ["on"]:
        pass
    print(f"{time.monotonic() - started:.3f}")
