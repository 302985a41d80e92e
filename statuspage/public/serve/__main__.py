"""`python -m statuspage.public.serve`: what `manage.py serve` becomes, and the parts that it starts.

Each loads only what it needs: whoever supervises is small, and no front loads Django.
"""

import argparse
import logging
import resource
import signal
import socket
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from statuspage.public.serve.supervisor import ServingPlan, TakenError, supervise

# By name, for this wing of the page knows no Django.
APPLICATION = ("statuspage.wsgi", "behind_the_front")


def main(words: list[str]) -> None:
    """Supervise, or be the part that the first word names."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    match words:
        case ["front", listener, alive, snapshot, workers, slots, place, below]:
            _front(
                int(listener),
                int(alive),
                snapshot=Path(snapshot),
                workers=Path(workers),
                slots=int(slots),
                behind_proxy=place == "proxied",
                below=below,
            )
        case ["worker", listener, alive, threads]:
            _worker(int(listener), int(alive), int(threads))
        case _:
            _supervise(words)


def _supervise(words: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="serve")
    for name in ("fronts", "workers", "threads", "port"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("--snapshot", type=Path, required=True)
    parser.add_argument("--below", default="")
    parser.add_argument("--behind-proxy", action="store_true")
    try:
        supervise(ServingPlan(**vars(parser.parse_args(words))))
    except TakenError as error:
        sys.exit(f"serve: {error}")


def _front(
    listener: int, alive: int, *, snapshot: Path, workers: Path, slots: int, behind_proxy: bool, below: str
) -> None:
    import uvloop

    from statuspage.public.serve.front import most_connections, serve
    from statuspage.public.serve.limits import Limits

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; the parent ends its children in order
    limits = Limits()
    most = most_connections(limits.connections, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    of_one = most if behind_proxy else min(limits.of_one, most // 2)
    uvloop.run(
        serve(
            socket.socket(fileno=listener),
            folder=snapshot,
            workers=workers,
            slots=slots,
            limits=replace(limits, connections=most, of_one=of_one),
            alive=alive,
            below=below,
        )
    )


def _worker(listener: int, alive: int, threads: int) -> None:
    from statuspage.public.serve.worker import work

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    module, name = APPLICATION
    application = getattr(import_module(module), name)
    work(application, socket.socket(fileno=listener), threads=threads, alive=alive)


if __name__ == "__main__":
    main(sys.argv[1:])
