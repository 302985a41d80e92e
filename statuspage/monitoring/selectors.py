"""Reads what is watched as the value that the analysis and its traces know."""

from django.conf import settings

from probes.vocabulary.observations import WatchedCatalog, WatchedComponent, WatchedPersona, WatchedProbe
from probes.vocabulary.symptoms import Product
from probes.vocabulary.tiers import RiskTier
from statuspage.monitoring.models import Component, Persona, Probe


def watched_catalog() -> WatchedCatalog:
    """The components, personas and probes that are in use, in order of their slugs."""
    components = Component.objects.filter(retired=False).order_by("slug").select_related("group")
    probes = (
        Probe.objects.filter(enabled=True)
        .exclude(component__retired=True)
        .order_by("slug")
        .values_list("slug", "component__slug", "persona__slug", "vantage__slug", "interval_seconds")
    )
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
                slug=slug,
                component=component,
                persona=persona,
                vantage=vantage,
                interval_s=interval * settings.CHECK_INTERVAL_FACTOR,
            )
            for slug, component, persona, vantage, interval in probes
        ),
    )


def cautions() -> dict[str, float]:
    """How careful an admin wants the detector to be, by component, where it is not the usual."""
    rows = Component.objects.filter(retired=False).exclude(caution=1.0)
    return dict(rows.order_by().values_list("slug", "caution"))
