"""How long anything waits for a database or a broker that does not answer: never for ever.

A server that is gone refuses at once. One that hangs, or whose network is cut, says nothing at all, and
whoever waits for it without a limit has to be restarted by hand.
"""

from typing import Any

CONNECT_S = 5
# After so long a silence a connection counts as lost.
SILENCE_S = 15
BETWEEN_PROBES_S = 5
PROBES = 3
# For a row or a table that another transaction holds; then the task fails and is begun anew.
LOCK_S = 20
# For who holds a lock and has stopped working, as a process that was halted.
IDLE_IN_TRANSACTION_S = 60

_SERVER_SIDE = {
    "lock_timeout": f"{LOCK_S}s",
    "idle_in_transaction_session_timeout": f"{IDLE_IN_TRANSACTION_S}s",
    # Or the server would keep the locks of a client whose network is cut.
    "tcp_keepalives_idle": str(BETWEEN_PROBES_S),
    "tcp_keepalives_interval": str(BETWEEN_PROBES_S),
    "tcp_keepalives_count": str(PROBES),
}
# What libpq is told; what DATABASE_URL says goes before it.
POSTGRESQL: dict[str, Any] = {
    "connect_timeout": CONNECT_S,
    "keepalives": 1,
    "keepalives_idle": BETWEEN_PROBES_S,
    "keepalives_interval": BETWEEN_PROBES_S,
    "keepalives_count": PROBES,
    "tcp_user_timeout": SILENCE_S * 1000,
    "options": " ".join(f"-c {name}={value}" for name, value in _SERVER_SIDE.items()),
}

_REDIS: dict[str, Any] = {
    "socket_connect_timeout": CONNECT_S,
    "socket_timeout": SILENCE_S,
    "socket_keepalive": True,
    "health_check_interval": BETWEEN_PROBES_S,
    # What was taken is never handed out again: a check must not run twice, and all else comes anew anyway.
    "visibility_timeout": 7 * 86_400,
}
_RABBITMQ: dict[str, Any] = {
    "read_timeout": SILENCE_S,
    "write_timeout": SILENCE_S,
    # Or what is written to a connection that the broker has closed would be lost without a word.
    "confirm_publish": True,
}


def broker_options(url: str) -> dict[str, Any]:
    """The options of Celery's transport to this broker."""
    scheme = url.partition(":")[0]
    if scheme == "memory":
        return {"polling_interval": 0.05}
    return dict(_REDIS if scheme in {"redis", "rediss"} else _RABBITMQ)
