"""Writes the components of another tool with their groups, and what asks for their pages."""

from urllib.parse import urlsplit

from django.utils.text import slugify

from probes.vocabulary.origins import Origin
from probes.vocabulary.tiers import RiskTier
from statuspage.importing.values import CarriedComponent, CarriedProbe, LeftOut
from statuspage.monitoring.models import Component, ComponentGroup, Endpoint, Persona, Probe, Vantage

GATEWAY = "generic_http"


class CatalogWriter:
    """Writes one component after the other; what has the same slug is there already and stays as it is."""

    def __init__(self, origin: Origin, created: list[str]) -> None:
        self.there = 0
        self.left_out: list[LeftOut] = []
        self._origin, self._created = origin, created
        self._keys: dict[str, str] = {}  # by slug, what it was made for in this run
        self._components = {row.slug: row for row in Component.objects.select_related("group")}
        self._groups = {row.slug: row for row in ComponentGroup.objects.all()}

    def write(self, told: CarriedComponent) -> Component:
        """The component's row, made if it is not there, with its group and its probe."""
        slug = self._slug(told)
        row = self._components.get(slug)
        if row is None:
            row = Component.objects.create(
                slug=slug,
                name_zh=told.name[:100],
                name_en=told.name[:100],
                description_zh=told.description[:300],
                description_en=told.description[:300],
                group=self._group(told.group) if told.group else None,
                position=len(self._components),
            )
            self._components[slug] = row
            self._created.append(f"component {slug}")
        else:
            self.there += 1
        if told.probe is not None:
            self._write_probe(row, told.probe)
        return row

    def _slug(self, told: CarriedComponent) -> str:
        """One for each key, by its name; of two that would have the same, the second has its key with it."""
        wanted = _slug_of(told.name) or f"{self._origin}-{_slug_of(told.key) or len(self._keys) + 1}"
        if self._keys.setdefault(wanted, told.key) != told.key:
            wanted = f"{wanted[:60]}-{_slug_of(told.key)[:30] or len(self._keys) + 1}"
            self._keys[wanted] = told.key
        return wanted

    def _group(self, name: str) -> ComponentGroup:
        slug = _slug_of(name) or f"{self._origin}-{name.encode().hex()[:20]}"
        if slug not in self._groups:
            self._groups[slug] = ComponentGroup.objects.create(
                slug=slug, name_zh=name[:100], name_en=name[:100], position=len(self._groups)
            )
            self._created.append(f"group {slug}")
        return self._groups[slug]

    def _write_probe(self, component: Component, told: CarriedProbe) -> None:
        persona, vantage = _visitor(), _vantage()
        slug = f"{component.slug}.{persona.slug}.{vantage.slug}"[:150]
        if Probe.objects.filter(slug=slug).exists():
            self.there += 1
            return
        address = urlsplit(told.url)
        base_url = f"{address.scheme.lower()}://{address.netloc}"
        if problem := _problem(told, base_url):
            self.left_out.append(LeftOut(where=component.slug, what="check", why=problem))
            return
        path = (address.path or "/") + (f"?{address.query}" if address.query else "")
        options = {"path": path, "expect_status": list(told.expect_status), "expect_text": told.expect_text}
        Probe.objects.create(
            slug=slug,
            component=component,
            persona=persona,
            vantage=vantage,
            endpoint=self._endpoint(base_url, address.netloc),
            operation=told.operation,
            options={name: value for name, value in options.items() if value},
            interval_seconds=told.interval_s,
            timeout_seconds=told.timeout_s,
            slow_after_ms=told.slow_after_ms,
            enabled=told.enabled,
        )
        self._created.append(f"probe {slug}")

    def _endpoint(self, base_url: str, host: str) -> Endpoint:
        known = Endpoint.objects.filter(gateway=GATEWAY, base_url=base_url, credentials={}).first()
        if known is not None:
            return known
        plain = _slug_of(host.replace(".", "-").replace(":", "-")) or self._origin.value
        slug, number = plain, 2
        while Endpoint.objects.filter(slug=slug).exists():
            slug, number = f"{plain}-{number}", number + 1
        row = Endpoint.objects.create(
            slug=slug, name_zh=host[:100], name_en=host[:100], gateway=GATEWAY, base_url=base_url
        )
        self._created.append(f"endpoint {slug}")
        return row


def _problem(told: CarriedProbe, base_url: str) -> str:
    """Why a check must not be written; nothing where it may be."""
    if len(base_url) > 300:
        return "its address is too long"
    # A probe has the secrets of the environment filled in, and these would go to whoever wrote the file.
    if "${" in told.url + told.expect_text:
        return "it names a variable: add that to the probe by hand"
    return ""


def _slug_of(name: str) -> str:
    """As the catalog file spells slugs; nothing where the name has no Latin letter or digit."""
    return "-".join(part for part in slugify(name.replace("_", "-"))[:80].split("-") if part)


def _visitor() -> Persona:
    """Who asks for pages without paying."""
    row, _ = Persona.objects.get_or_create(
        slug="visitor",
        defaults={"name_zh": "访客", "name_en": "Visitor", "risk_tier": RiskTier.LOW.value},
    )
    return row


def _vantage() -> Vantage:
    """The first place that there is; where there is none, this machine."""
    return Vantage.objects.order_by("slug").first() or Vantage.objects.create(
        slug="here", name_zh="本机", name_en="This machine"
    )
