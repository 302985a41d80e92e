"""Rows of probes for tests, with a default for everything."""

from datetime import UTC, datetime
from typing import Any

from statuspage.monitoring.models import Component, Endpoint, Persona, Probe, Vantage


def build_probe(slug: str = "fenfu-qr.ordinary.east", *, vantage: str = "east", **fields: Any) -> Probe:
    """A probe of a plain page, with all the rows that it needs; it was made long ago."""
    named = {"name_zh": "名", "name_en": "name"}
    component, _ = Component.objects.get_or_create(slug="fenfu-qr", defaults=named)
    persona, _ = Persona.objects.get_or_create(slug="ordinary", defaults=named | {"risk_tier": "low"})
    place, _ = Vantage.objects.get_or_create(slug=vantage, defaults=named)
    endpoint, _ = Endpoint.objects.get_or_create(
        slug="pay", defaults=named | {"gateway": "generic_http", "base_url": "http://api.test"}
    )
    defaults = {
        "component": component,
        "persona": persona,
        "vantage": place,
        "endpoint": endpoint,
        "operation": "get",
        "interval_seconds": 10.0,
        "timeout_seconds": 2.0,
    }
    probe = Probe.objects.create(slug=slug, **defaults | fields)
    Probe.objects.filter(pk=probe.pk).update(created_at=datetime(2020, 1, 1, tzinfo=UTC))
    return Probe.objects.get(pk=probe.pk)
