"""How long and how much a stranger may hold of what serves the page: every number in one place."""

from dataclasses import dataclass

KIB = 1024
# What readers send: a pasted message of 4,000 characters, each written as twelve signs.
# deploy/nginx.conf has the same limits.
BODY_BYTES = 64 * KIB
# Forms of staff, such as an incident with all its updates, as large as Django takes them.
# What programs write: two texts of 5,000 characters, each escaped, and 200 components.
LARGER_BODIES = {"/admin/": 2560 * KIB, "/api/v1/": 192 * KIB}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds, bytes and numbers, of one front process.

    A deadline counts from the beginning of what it limits, so that dripping does not move it. A connection
    that must go for another's sake is always the one that has kept us waiting longest.
    """

    head_s: float = 10
    body_s: float = 20
    # From one answer to the next question.
    idle_s: float = 30
    # Until what was sent has been read: a page of 30 kB at 5 kbit/s.
    reading_s: float = 60
    # For one answer of Django's, and before it until a worker is free.
    answer_s: float = 30
    queue_s: float = 3

    head_bytes: int = 32 * KIB
    # Bodies that are on their way, all together.
    bodies_bytes: int = 32 * KIB * KIB
    # Questions in one packet: browsers send one.
    at_once: int = 16

    connections: int = 4096
    # Of one address (a network of IPv6), where it is not that of a proxy that all come through.
    of_one: int = 1024
    # How many wait for a free worker.
    queue: int = 32

    def body_bytes(self, path: str) -> int:
        """How large a body may be that is sent to ``path``."""
        larger = (size for prefix, size in LARGER_BODIES.items() if path.startswith(prefix))
        return next(larger, BODY_BYTES)
