"""Reads what is watched: the rows in use, and the value of them that the analysis and its traces know."""

import json
from datetime import timedelta
from hashlib import blake2b

from django.conf import settings
from django.db.models import QuerySet

from probes.vocabulary.observations import WatchedCatalog, WatchedComponent, WatchedPersona, WatchedProbe
from probes.vocabulary.symptoms import Product
from probes.vocabulary.tiers import RiskTier
from statuspage.monitoring.models import Component, Persona, Probe, Source


def interval_of(row: Probe | Source) -> timedelta:
    """From one visit to the next, as this site slows or hastens all of them."""
    return timedelta(seconds=row.interval_seconds * settings.CHECK_INTERVAL_FACTOR)


def standing_probes() -> QuerySet[Probe]:
    """The probes that are in use."""
    return Probe.objects.filter(enabled=True).exclude(component__retired=True)


def visited_sources() -> QuerySet[Source]:
    """The sources that lie elsewhere, switched off ones among them."""
    return Source.objects.exclude(kind=Source.Kind.HERE)


def watched_catalog() -> WatchedCatalog:
    """The components, personas and probes that are in use, in order of their slugs."""
    components = Component.objects.filter(retired=False).order_by("slug").select_related("group")
    probes = standing_probes().order_by("slug").select_related("component", "persona", "vantage", "endpoint")
    personas = Persona.objects.order_by("slug").values_list("slug", "risk_tier")
    return WatchedCatalog(
        timezone=settings.TIME_ZONE,
        components=tuple(
            WatchedComponent(
                slug=row.slug,
                name=row.name_zh,
                group=row.group.slug if row.group else "",
                product=Product(row.product),
            )
            for row in components
        ),
        personas=tuple(WatchedPersona(slug=slug, risk_tier=RiskTier(tier)) for slug, tier in personas),
        probes=tuple(
            WatchedProbe(
                slug=row.slug,
                component=row.component.slug if row.component else None,
                persona=row.persona.slug if row.persona else None,
                vantage=row.vantage.slug,
                interval_s=interval_of(row).total_seconds(),
                setup=_setup_of(row),
            )
            for row in probes
        ),
    )


def _setup_of(row: Probe) -> str:
    """A short word for what a probe asks and how: as long as it stays, nothing was changed on our side."""
    endpoint, persona = row.endpoint, row.persona
    asked = [
        endpoint.gateway,
        endpoint.base_url,
        endpoint.credentials,
        persona.payer if persona else {},
        row.operation,
        row.options,
    ]
    return blake2b(json.dumps(asked, sort_keys=True).encode(), digest_size=8).hexdigest()


def cautions() -> dict[str, float]:
    """How careful an admin wants the detector to be, by component, where it is not the usual."""
    rows = Component.objects.filter(retired=False).exclude(caution=1.0)
    return dict(rows.order_by().values_list("slug", "caution"))
