"""Reads what is watched: the rows in use, and the value of them that the analysis and its traces know."""

import json
from datetime import timedelta
from hashlib import blake2b
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from probes.vocabulary.observations import WatchedCatalog, WatchedComponent, WatchedPersona, WatchedProbe
from probes.vocabulary.symptoms import Product
from probes.vocabulary.tiers import RiskTier
from statuspage.monitoring.models import Component, Endpoint, Persona, Probe, Source, Vantage


def interval_of(row: Probe | Source) -> timedelta:
    """From one visit to the next, as this site slows or hastens all of them."""
    return stretched(row.interval_seconds)


def stretched(seconds: float) -> timedelta:
    """An interval of the catalog, as this site slows or hastens all of them."""
    return timedelta(seconds=seconds * settings.CHECK_INTERVAL_FACTOR)


def standing_probes() -> QuerySet[Probe]:
    """The probes that are in use."""
    return Probe.objects.filter(enabled=True).exclude(component__retired=True)


def visited_sources() -> QuerySet[Source]:
    """The sources that lie elsewhere, switched off ones among them."""
    return Source.objects.exclude(kind=Source.Kind.HERE)


def watched_catalog() -> WatchedCatalog:
    """The components, personas and probes that are in use, in order of their slugs.

    It is asked for every two seconds and changes once in months: of the same rows it is the same value.
    """
    global _last_seen
    rows = _watched_rows()
    if _last_seen is None or _last_seen[0] != rows:
        _last_seen = rows, _catalog_of(rows)
    return _last_seen[1]


class _WatchedRows(NamedTuple):
    """All that a catalog follows from, as it is stored; JSON is still text."""

    zone: str
    factor: float
    components: list[tuple[Any, ...]]
    personas: list[tuple[Any, ...]]
    vantages: list[tuple[Any, ...]]
    endpoints: list[tuple[Any, ...]]
    probes: list[tuple[Any, ...]]


_last_seen: tuple[_WatchedRows, WatchedCatalog] | None = None


def _watched_rows() -> _WatchedRows:
    components = Component.objects.filter(retired=False).order_by("slug")
    probes = standing_probes().order_by("slug")
    return _WatchedRows(
        zone=settings.TIME_ZONE,
        factor=settings.CHECK_INTERVAL_FACTOR,
        components=list(components.values_list("pk", "slug", "name_zh", "group__slug", "product")),
        personas=list(
            Persona.objects.order_by("slug").values_list("pk", "slug", "risk_tier", _text("payer"))
        ),
        vantages=list(Vantage.objects.order_by("pk").values_list("pk", "slug")),
        endpoints=list(
            Endpoint.objects.order_by("pk").values_list("pk", "gateway", "base_url", _text("credentials"))
        ),
        probes=list(
            probes.values_list(
                "slug",
                "component_id",
                "persona_id",
                "vantage_id",
                "endpoint_id",
                "interval_seconds",
                "operation",
                _text("options"),
            )
        ),
    )


def _text(column: str) -> Cast:
    return Cast(column, TextField())


def _catalog_of(rows: _WatchedRows) -> WatchedCatalog:
    components, personas = {row[0]: row[1] for row in rows.components}, {row[0]: row for row in rows.personas}
    vantages, endpoints = dict(rows.vantages), {row[0]: row[1:] for row in rows.endpoints}
    setups = _Setups()
    return WatchedCatalog(
        timezone=rows.zone,
        components=tuple(
            WatchedComponent(slug=slug, name=name, group=group or "", product=Product(product))
            for _, slug, name, group, product in rows.components
        ),
        personas=tuple(
            WatchedPersona(slug=slug, risk_tier=RiskTier(tier)) for _, slug, tier, _ in rows.personas
        ),
        probes=tuple(
            WatchedProbe(
                slug=slug,
                component=components.get(component),
                persona=personas[persona][1] if persona else None,
                vantage=vantages[vantage],
                interval_s=timedelta(seconds=interval_s * rows.factor).total_seconds(),
                setup=setups.of(endpoints[endpoint], personas[persona][3] if persona else "{}", *asked),
            )
            for slug, component, persona, vantage, endpoint, interval_s, *asked in rows.probes
        ),
    )


class _Setups:
    """A short word for what a probe asks and how: as long as it stays, nothing was changed on our side."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], str] = {}

    def of(self, endpoint: tuple[str, str, str], payer: str, operation: str, options: str) -> str:
        """Most probes of a large site differ from others in nothing but their payer."""
        key = (endpoint, payer, operation, options)
        known = self._known.get(key)
        if known is None:
            gateway, base_url, credentials = endpoint
            asked = [
                gateway,
                base_url,
                json.loads(credentials),
                json.loads(payer),
                operation,
                json.loads(options),
            ]
            told = json.dumps(asked, sort_keys=True).encode()
            known = self._known[key] = blake2b(told, digest_size=8).hexdigest()
        return known


def cautions() -> dict[str, float]:
    """How careful an admin wants the detector to be, by component, where it is not the usual."""
    rows = Component.objects.filter(retired=False).exclude(caution=1.0)
    return dict(rows.order_by().values_list("slug", "caution"))
