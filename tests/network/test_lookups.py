"""Names that a resolver takes its time for hold up nobody else, and are looked up once at a time."""

import asyncio
import socket
import threading
import time
from typing import Any

import pytest

from probes.network.lookups import Lookups, UnresolvedError, resolve


def test_name_is_looked_up_once_when_many_ask_at_the_same_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def look_up(host: str, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        time.sleep(0.1)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)

    async def many() -> list[list[str]]:
        return await asyncio.gather(*(resolve("busy.test", 80) for _ in range(50)))

    assert asyncio.run(many()) == [["192.0.2.1"]] * 50
    assert asked == ["busy.test"]
    asyncio.run(many())
    assert asked == ["busy.test"] * 2


def test_lookup_goes_on_for_the_others_when_one_no_longer_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()

    def look_up(host: str, *_: Any, **__: Any) -> list[Any]:
        answered.wait(5)
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)

    async def scene() -> None:
        hasty = asyncio.create_task(resolve("slow.test", 80))
        patient = asyncio.create_task(resolve("slow.test", 80))
        await asyncio.sleep(0.05)
        hasty.cancel()
        answered.set()
        await patient

    with pytest.raises(UnresolvedError, match=r"slow\.test: no such name"):
        asyncio.run(scene())


def test_others_are_looked_up_when_many_names_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    hanging, lookups = threading.Event(), Lookups(101)

    def look_up(host: str, *_: Any, **__: Any) -> list[Any]:
        if host != "fine.test":
            hanging.wait(5)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    for ask in range(500):
        lookups.of(f"hangs-{ask % 100}.test")

    began = time.monotonic()
    found = lookups.of("fine.test").result(5)

    assert found == ["192.0.2.1"]
    assert time.monotonic() - began < 1
    hanging.set()
