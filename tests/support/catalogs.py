"""Catalogs and rows for tests, with a default for everything."""

from datetime import UTC, datetime

from probes.catalog import Catalog, parse_catalog
from statuspage.monitoring.models import Component, Endpoint, Persona, Probe, Vantage

CATALOG = """
[[groups]]
slug = "fenfu"
name_zh = "分付"
name_en = "Fenfu"

[[components]]
slug = "fenfu-qr"
group = "fenfu"
name_zh = "扫码"
name_en = "QR"

[[personas]]
slug = "ordinary"
name_zh = "普通"
name_en = "Ordinary"
risk_tier = "low"

[[personas]]
slug = "reseller"
name_zh = "转卖"
name_en = "Reseller"
risk_tier = "high"

[[vantages]]
slug = "east"
name_zh = "华东"
name_en = "East"

[[vantages]]
slug = "south"
name_zh = "华南"
name_en = "South"

[[endpoints]]
slug = "pay"
gateway = "generic_http"
name_zh = "支付"
name_en = "Pay"
base_url = "http://api.test"

[[probes]]
components = ["*"]
personas = ["*"]
vantages = ["*"]
endpoint = "pay"
operation = "get"
interval_seconds = 20

[[controls]]
slug = "site"
vantages = ["*"]
endpoint = "pay"
operation = "get"

[[sources]]
slug = "forum"
kind = "json"
name_zh = "论坛"
name_en = "Forum"
url = "http://forum.test/posts"
"""


def catalog(*changes: tuple[str, str]) -> Catalog:
    """The catalog above, with each first text replaced by its second."""
    text = CATALOG
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return parse_catalog(text, environ={})


def build_probe(slug: str = "fenfu-qr.ordinary.east", *, vantage: str = "east", **fields) -> Probe:
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
