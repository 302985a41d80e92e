"""One check as values: what it is to do, and what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from probes.instrument.gateways.page_shapes import PageShape
from probes.instrument.gateways.protocol import Gateway
from probes.network.exchange import Failure, Reply, Request
from probes.network.proxies import Proxy
from probes.vocabulary.outcomes import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOrder:
    """One run of a probe and all that is needed to make it; ``timeout_s`` limits all steps together.

    ``usual`` are the shapes that its good answers have, where they are known.
    """

    probe: str
    tick: datetime
    gateway: Gateway
    operation: str
    payer: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    usual: tuple[PageShape, ...] = ()
    connect_to: Mapping[str, str] = field(default_factory=dict)
    proxy: Proxy | None = None
    timeout_s: float
    slow_after_ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRun:
    """The verdict on one step, with its raw answer; ``detail`` says more about a failure.

    What was fetched ``aside`` of the conversation, such as a key, decides nothing.
    """

    name: str
    outcome: Outcome
    error: str | None
    http_status: int | None
    code: str
    message: str
    latency_ms: float
    detail: str = ""
    aside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRun:
    """What came of one run.

    The raw three (``http_status``, ``code``, ``message``) and ``error`` are those of the first step that did
    not pass, or of the first step where all did; durations in milliseconds are sums over the steps. What was
    fetched aside counts among neither. ``shape`` is that of an answer whose shape decides whether it is good.
    ``hung_phase`` names the phase (dns, connect, tls, first_byte, body) in which a timeout hung. One that is
    ``starved`` was missed because this machine was too busy.
    """

    probe: str
    tick: datetime
    started_at: datetime
    ended_at: datetime
    outcome: Outcome
    error: str | None
    http_status: int | None
    code: str
    message: str
    latency_ms: float
    phases_ms: Mapping[str, float]
    hung_phase: str
    steps: tuple[StepRun, ...]
    certificate_expires_at: datetime | None
    starved: bool = False
    shape: PageShape | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnessed:
    """One step as it went over the wire, for whoever watches: nothing of it is kept.

    There is no ``request`` where we could not ask, and no ``answer`` where none came in time.
    """

    run: StepRun
    request: Request | None
    answer: Reply | Failure | None
    phases_ms: Mapping[str, float]


Witness: TypeAlias = Callable[[Witnessed], None]
