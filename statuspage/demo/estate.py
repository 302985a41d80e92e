"""An estate of a given size in an empty database: for measuring, and for nothing that anybody relies on."""

from dataclasses import dataclass
from itertools import product

from statuspage.monitoring.models import Component, ComponentGroup, Endpoint, Persona, Probe, Vantage

TIERS = {"ordinary": "low", "reseller": "high"}
NAMES = {"name_zh": "名", "name_en": "name"}
PER_GROUP = 10
BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """Its size, how often each probe asks ``url`` (seconds), and the text that an answer must contain."""

    components: int
    probes: int
    interval_s: float
    url: str
    vantages: int = 2
    timeout_s: float = 5.0
    text: str = ""


def make_estate(estate: Estate) -> list[Probe]:
    """Store it; the probes go round the components, with another persona or vantage each time."""
    groups = ComponentGroup.objects.bulk_create(
        ComponentGroup(slug=f"group-{n}", name_zh=f"产品线 {n}", name_en=f"Line {n}", position=n)
        for n in range(max(1, estate.components // PER_GROUP))
    )
    components = Component.objects.bulk_create(
        Component(
            slug=f"component-{n:04d}",
            name_zh=f"支付方式 {n}",
            name_en=f"Payment method {n}",
            group=groups[n % len(groups)],
            position=n,
        )
        for n in range(estate.components)
    )
    endpoint = Endpoint.objects.create(slug="target", gateway="generic_http", base_url=estate.url, **NAMES)
    personas = Persona.objects.bulk_create(
        Persona(slug=slug, risk_tier=tier, **NAMES) for slug, tier in TIERS.items()
    )
    vantages = Vantage.objects.bulk_create(Vantage(slug=f"v{n}", **NAMES) for n in range(estate.vantages))
    asked = list(product(personas, vantages))
    return Probe.objects.bulk_create(
        (
            Probe(
                slug=f"probe-{n:06d}",
                component=components[n % len(components)],
                persona=asked[n // len(components) % len(asked)][0],
                vantage=asked[n // len(components) % len(asked)][1],
                endpoint=endpoint,
                operation="get",
                options={"expect_text": estate.text} if estate.text else {},
                interval_seconds=estate.interval_s,
                timeout_seconds=estate.timeout_s,
            )
            for n in range(estate.probes)
        ),
        batch_size=BATCH,
    )
