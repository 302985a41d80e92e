"""The values that travel from the instrument to the analysis."""

from datetime import datetime
from typing import TypeAlias

import msgspec

from probes.vocabulary.causes import Cause
from probes.vocabulary.strengths import Strength
from probes.vocabulary.symptoms import Product
from probes.vocabulary.tiers import RiskTier

# The source of what readers report on the page itself, where anybody can say anything.
FIRST_PARTY = "here"


class WatchedComponent(msgspec.Struct, frozen=True, kw_only=True):
    """What a customer sees on the page; ``product`` is what people name who complain of it.

    Traces of before there was that field have none.
    """

    slug: str
    name: str
    group: str = ""
    product: Product | None = None


class WatchedPersona(msgspec.Struct, frozen=True, kw_only=True):
    """A synthetic payer and how a risk engine would rate it."""

    slug: str
    risk_tier: RiskTier


class WatchedProbe(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A standing order, every ``interval_s`` seconds. Without a component it is a control of its vantage.

    ``setup`` changes whenever what it asks, or how, is changed; traces have none.
    """

    slug: str
    component: str | None
    persona: str | None
    vantage: str
    interval_s: float
    setup: str = ""


class WatchedCatalog(msgspec.Struct, frozen=True, kw_only=True, tag="catalog"):
    """What is watched; always the first line of a trace."""

    version: int = 1
    timezone: str = "UTC"
    components: tuple[WatchedComponent, ...]
    personas: tuple[WatchedPersona, ...]
    probes: tuple[WatchedProbe, ...]


def without_setups(catalog: WatchedCatalog) -> WatchedCatalog:
    """The catalog as a trace has it."""
    probes = tuple(msgspec.structs.replace(probe, setup="") for probe in catalog.probes)
    return msgspec.structs.replace(catalog, probes=probes)


class Check(msgspec.Struct, frozen=True, kw_only=True, tag="check", gc=False):
    """One run of a probe. ``at`` is when it ended; the answer is raw; ``latency_ms`` is the whole time."""

    at: datetime
    probe: str
    error: str | None = None
    http_status: int | None = None
    code: str = ""
    message: str = ""
    latency_ms: float | None = None


class ObservedReport(msgspec.Struct, frozen=True, kw_only=True, tag="report", gc=False):
    """One post by a user. ``at`` is when it was collected, ``author`` a keyed hash."""

    at: datetime
    published_at: datetime | None = None
    source: str
    author: str = ""
    text: str
    url: str = ""


class MaintenanceWindow(msgspec.Struct, frozen=True, kw_only=True, tag="maintenance"):
    """A window that an operator announced; sent again with the same ``slug`` when it changes."""

    at: datetime
    slug: str
    components: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    cancelled: bool = False


class OutsideSignal(msgspec.Struct, frozen=True, kw_only=True, tag="signal"):
    """What another monitor, ``sender``, says of components: that something is the matter, or no longer.

    It is sent again with the same ``key`` while it goes on, and with ``ended`` when it is over; one that is
    not heard of again is over at ``until``. ``since`` is when it began by the sender's own clock.
    """

    at: datetime
    key: str
    sender: str
    name: str
    components: tuple[str, ...]
    cause: Cause
    strength: Strength
    since: datetime
    until: datetime
    ended: bool = False


Observation: TypeAlias = Check | ObservedReport | MaintenanceWindow | OutsideSignal
