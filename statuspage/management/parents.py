"""Commands that end with whoever started them: when their standard input does."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from contextlib import suppress
from threading import Thread


def add_exit_with_parent(parser: ArgumentParser) -> None:
    """The option by which a command is told to do so."""
    parser.add_argument(
        "--exit-with-parent", action="store_true", help="end when the standard input is closed"
    )


def call_at_end_of_input(stop: Callable[[], object]) -> None:
    """Call ``stop``, from a thread of its own, when the standard input ends or where there is none."""
    # Not by sys.stdin, whose lock a thread that waits would still hold when the interpreter ends.
    with suppress(OSError, ValueError):
        call_at_end_of(sys.stdin.fileno(), stop)
        return
    stop()


def call_at_end_of(descriptor: int, stop: Callable[[], object]) -> None:
    """Call ``stop``, from a thread of its own, when nobody can write to this file any more."""
    Thread(target=_wait, args=(descriptor, stop), daemon=True).start()


def _wait(descriptor: int, stop: Callable[[], object]) -> None:
    with suppress(OSError):
        while os.read(descriptor, 4096):
            pass
    stop()
