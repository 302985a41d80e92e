"""Keeps the log small where a stranger decides what is written to it."""

import logging


class Untraced(logging.Filter):
    """A line without the trace of calls: it is the same each time, and twelve times as long as the line."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = None
        return True
