"""Where the demo keeps its things and on which ports it listens; says in one sentence what is in the way."""

import errno
import secrets
import socket
from pathlib import Path

LOOPBACK = "127.0.0.1"


class InTheWayError(Exception):
    """Something outside keeps the demo from starting: the message says what, and a way out."""


def writable(folder: Path) -> Path:
    """``folder``, made where it is missing; raises InTheWayError where nothing can be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise InTheWayError(
            f"the folder {folder} cannot be written to ({error.strerror}); "
            "choose another: make demo VAR_DIR=/tmp/fogbreak"
        ) from error
    return folder


def ensure_free(host: str, port: int) -> None:
    """Raises InTheWayError where this port cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            reason = "is busy" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
            other = free_ports(1)[0]
            raise InTheWayError(f"port {port} {reason}; choose another: make demo PORT={other}") from error
        except OverflowError as error:
            raise InTheWayError(f"there is no port {port}; ports are 1 to 65535") from error


def free_ports(count: int, *, first_choice: int = 0) -> list[int]:
    """``count`` ports that are free now: those from ``first_choice`` on where all of them are."""
    wanted = [first_choice + number if first_choice else 0 for number in range(count)]
    try:
        return _bindable(wanted)
    except OSError:
        return _bindable([0] * count)


def kept_secret(file: Path, *, bytes_of_chance: int) -> str:
    """A random word that is made once and then kept in ``file``, for its owner alone."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(bytes_of_chance), encoding="ascii")
    return file.read_text(encoding="ascii")


def _bindable(ports: list[int]) -> list[int]:
    listeners = []
    try:
        for port in ports:
            listener = socket.socket()
            listeners.append(listener)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((LOOPBACK, port))
        return [listener.getsockname()[1] for listener in listeners]
    finally:
        for listener in listeners:
            listener.close()
