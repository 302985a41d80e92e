"""Lets Python sleep under libfaketime, whose clock_nanosleep fails where only the date is pretended."""

import select
import time
from typing import Any


def _sleep(seconds: Any) -> None:
    select.select([], [], [], seconds)


time.sleep = _sleep
