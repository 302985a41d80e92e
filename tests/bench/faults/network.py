"""A network of the trial's own, where this user may have one, in which packets can be lost on their way."""

import ctypes
import os
import shutil
import subprocess

CLONE_NEWNET = 0x40000000
LOST, LOCAL = "5", "10"


def own_network() -> bool:
    """Move this thread, and all that it starts, into a network that has nothing but a loopback address.

    False where that is not allowed; then all stays as it was.
    """
    if os.geteuid() != 0 or not shutil.which("ip"):
        return False
    if ctypes.CDLL(None).unshare(CLONE_NEWNET):
        return False
    _ip("link", "set", "lo", "up")
    # What is lost is looked for before what is delivered.
    _ip("rule", "add", "pref", LOCAL, "lookup", "local")
    _ip("rule", "del", "pref", "0")
    return True


def lose(port: int) -> None:
    """Lose all packets from this TCP port: who talks to it hears nothing, not even that he was heard."""
    _ip("rule", "add", "pref", LOST, "ipproto", "tcp", "sport", str(port), "blackhole")


def deliver(port: int) -> None:
    """Deliver them again."""
    _ip("rule", "del", "pref", LOST, "ipproto", "tcp", "sport", str(port), "blackhole")


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
