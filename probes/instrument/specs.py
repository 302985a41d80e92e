"""What is to be watched, as frozen values: the catalog and the specs that it is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from probes.listening.sources import PageKind
from probes.vocabulary.kinds import ComponentKind
from probes.vocabulary.symptoms import Product
from probes.vocabulary.tiers import RiskTier


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSpec:
    """``position`` is its place on the page; None where that is its place in the file."""

    slug: str
    name_zh: str
    name_en: str
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentSpec:
    """What a customer sees.

    ``product`` is what people name who complain of it, ``kind`` what it is for; None where the file leaves
    that to the admin;
    ``caution`` 10 allows ten times fewer false incidents than the site's target.
    """

    slug: str
    name_zh: str
    name_en: str
    group: str | None
    description_zh: str
    description_en: str
    product: Product | None
    kind: ComponentKind | None
    caution: float
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaSpec:
    """A synthetic payer; ``payer`` is the test account as the gateways need it, such as ``openid``.

    It keeps ``${NAME}`` as written, as credentials do.
    """

    slug: str
    name_zh: str
    name_en: str
    risk_tier: RiskTier
    payer: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class VantageSpec:
    """Where probes run from. ``connect_to`` maps host:port to the host:port that is dialled instead."""

    slug: str
    name_zh: str
    name_en: str
    connect_to: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointAccess:
    """How an endpoint is reached. ``credentials`` keep ``${NAME}`` as written: secrets are read when used."""

    slug: str
    gateway: str
    base_url: str
    credentials: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointSpec(EndpointAccess):
    """An address and its dialect, as the catalog names them."""

    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeSpec:
    """A standing order; a control of its vantage where there is no component."""

    slug: str
    component: str | None
    persona: str | None
    vantage: str
    endpoint: str
    operation: str
    options: Mapping[str, Any]
    interval_seconds: float
    timeout_seconds: float
    slow_after_ms: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceEntry:
    """A public place where users say what happens to them; ``options`` are its selectors or paths."""

    slug: str
    name_zh: str
    name_en: str
    kind: PageKind
    url: str
    options: Mapping[str, Any]
    interval_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """Everything that is to be watched; consistent in itself."""

    timezone: str
    groups: tuple[GroupSpec, ...]
    components: tuple[ComponentSpec, ...]
    personas: tuple[PersonaSpec, ...]
    vantages: tuple[VantageSpec, ...]
    endpoints: tuple[EndpointSpec, ...]
    probes: tuple[ProbeSpec, ...]
    sources: tuple[SourceEntry, ...]
