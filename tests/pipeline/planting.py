"""Puts a catalog and observations into the tables, as the instrument would."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from probes.instrument.codebook import default_code_book
from probes.listening.reading.symptoms import read_text
from probes.vocabulary.observations import (
    Check,
    MaintenanceWindow,
    ObservedReport,
    WatchedCatalog,
    WatchedComponent,
    WatchedPersona,
    WatchedProbe,
)
from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.symptoms import Product
from probes.vocabulary.tiers import RiskTier
from statuspage.analysis.values import DetectorInput, Heard, Observed
from statuspage.incidents.maintenance import AnnouncedWindow, store_window
from statuspage.monitoring import models

START = datetime(2026, 3, 2, tzinfo=UTC)
_BOOK = default_code_book()
PRODUCTS = {"fenfu": Product.FENFU, "wxpay": Product.WECHAT_PAY}


def at(seconds: float) -> datetime:
    """A moment of the tests' day."""
    return START + timedelta(seconds=seconds)


def small_catalog(
    *, interval_s: float = 30.0, components: tuple[str, ...] = ("fenfu-qr", "wxpay-card")
) -> WatchedCatalog:
    """Two components, two payers, two vantages and a control at each."""
    personas = (("ordinary", RiskTier.LOW), ("reseller", RiskTier.HIGH))
    vantages = ("east", "south")
    probes = [
        WatchedProbe(
            slug=f"{component}.{persona}.{vantage}",
            component=component,
            persona=persona,
            vantage=vantage,
            interval_s=interval_s,
        )
        for component in components
        for persona, _ in personas
        for vantage in vantages
    ]
    controls = [
        WatchedProbe(slug=f"control.{v}", component=None, persona=None, vantage=v, interval_s=interval_s)
        for v in vantages
    ]
    return WatchedCatalog(
        timezone="Asia/Shanghai",
        components=tuple(
            WatchedComponent(slug=c, name=c, group=c.split("-")[0], product=PRODUCTS[c.split("-")[0]])
            for c in components
        ),
        personas=tuple(WatchedPersona(slug=slug, risk_tier=tier) for slug, tier in personas),
        probes=(*probes, *controls),
    )


def plant_catalog(catalog: WatchedCatalog) -> None:
    """Rows for everything in ``catalog``."""
    names = {"name_zh": "名", "name_en": "Name"}
    endpoint = models.Endpoint.objects.create(slug="e", gateway="http", base_url="https://e.example", **names)
    groups = {
        slug: models.ComponentGroup.objects.create(slug=slug, name_zh=slug, name_en=slug)
        for slug in sorted({component.group for component in catalog.components} - {""})
    }
    components = {
        row.slug: models.Component.objects.create(
            slug=row.slug,
            name_zh=row.name,
            name_en=row.slug,
            group=groups.get(row.group),
            product=row.product or Product.NONE,
        )
        for row in catalog.components
    }
    personas = {
        row.slug: models.Persona.objects.create(slug=row.slug, risk_tier=row.risk_tier, **names)
        for row in catalog.personas
    }
    vantages = {
        slug: models.Vantage.objects.create(slug=slug, **names)
        for slug in sorted({probe.vantage for probe in catalog.probes})
    }
    models.Probe.objects.bulk_create(
        models.Probe(
            slug=probe.slug,
            component=components.get(probe.component or ""),
            persona=personas.get(probe.persona or ""),
            vantage=vantages[probe.vantage],
            endpoint=endpoint,
            operation="get",
            interval_seconds=probe.interval_s,
        )
        for probe in catalog.probes
    )
    for slug in ("forum", "microblog", "complaints"):
        models.Source.objects.create(slug=slug, kind="rss", url="http://127.0.0.1/", **names)


def store(evidence: Iterable[DetectorInput]) -> None:
    """Rows for what was seen, each stored a moment after it happened."""
    probes = dict(models.Probe.objects.values_list("slug", "pk"))
    sources = dict(models.Source.objects.values_list("slug", "pk"))
    checks, reports = [], []
    for item in evidence:
        if isinstance(item, Observed):
            checks.append(_check(item, probes[item.check.probe]))
        elif isinstance(item, Heard):
            reports.append(_report(item, sources[item.report.source]))
        elif isinstance(item, MaintenanceWindow):
            store_window(AnnouncedWindow(window=item), now=item.at, notice_at=item.at)
    models.CheckResult.objects.bulk_create(checks, batch_size=500)
    models.Report.objects.bulk_create(reports, batch_size=500)


def judged(check: Check) -> Observed:
    """A check together with what the code book reads in it."""
    return Observed(check=check, outcome=outcome_of(check))


def outcome_of(check: Check) -> Outcome:
    return _BOOK.read(
        error=check.error, http_status=check.http_status, code=check.code, message=check.message
    )


def heard(post: ObservedReport) -> Heard:
    """A post together with what is read in it."""
    reading = read_text(post.text)
    return Heard(
        report=post, symptom=reading.symptom, product=reading.product, probability=reading.probability
    )


def rounds(
    catalog: WatchedCatalog,
    *,
    since: float,
    until: float,
    answer: dict[str, tuple[int, str, str]] | None = None,
) -> list[Observed]:
    """Each probe once per interval, spread over it; ``answer`` by component, else accepted in 150 ms."""
    found = []
    for index, probe in enumerate(catalog.probes):
        moment = since + (index + 0.5) * probe.interval_s / len(catalog.probes)
        while moment < until:
            status, code, message = (answer or {}).get(probe.component or "", (200, "SUCCESS", ""))
            check = Check(
                at=at(moment),
                probe=probe.slug,
                http_status=status,
                code=code if probe.component else "",
                message=message,
                latency_ms=150.0,
            )
            found.append(judged(check))
            moment += probe.interval_s
    return sorted(found, key=lambda item: (item.at, item.check.probe))


def _check(item: Observed, probe: int) -> models.CheckResult:
    check = item.check
    return models.CheckResult(
        probe_id=probe,
        tick=check.at,
        at=check.at,
        stored_at=check.at + timedelta(milliseconds=200),
        outcome=item.outcome,
        error=check.error,
        http_status=check.http_status,
        code=check.code,
        message=check.message,
        latency_ms=check.latency_ms,
    )


def _report(item: Heard, source: int) -> models.Report:
    post = item.report
    key = hashlib.sha256(f"{post.at}{post.author}{post.text}".encode()).hexdigest()[:32]
    return models.Report(
        source_id=source,
        external_id=key,
        at=post.at,
        published_at=post.published_at,
        author=post.author,
        text=post.text,
        url=post.url,
        symptom=item.symptom,
        product=item.product,
        probability=item.probability,
    )
