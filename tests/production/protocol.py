"""What is told at the end of `make try-production`: how soon each combination was right."""

import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

# The property of a test's report under which it leaves what it measured: the combination and the seconds.
RIGHT_AFTER = "right after"


def table(measured: Iterable[tuple[str, float]]) -> Iterator[str]:
    """The lines of a table in Markdown, with when and on how many cores it was measured."""
    yield f"On {datetime.now(tz=UTC):%Y-%m-%d}, {os.cpu_count()} cores:"
    yield ""
    yield "| database, broker, what runs | seconds until the page is right |"
    yield "| --- | --- |"
    for combination, seconds in measured:
        yield f"| {combination} | {seconds:.0f} |"
