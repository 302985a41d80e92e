"""The task that reads a source, against the three sites on which the simulator's invented people post."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

import probes.simulator
from probes.instrument.catalog import read_catalog
from probes.simulator.scenario import Scenario, ScenarioKind
from statuspage import tasks
from statuspage.monitoring import sources
from statuspage.monitoring.catalog_sync import sync_catalog
from statuspage.monitoring.models import Report, Source
from tests.support.pretended import pretended_world, utc_now

CATALOG = Path(probes.simulator.__file__).with_name("catalog.toml")
SITES = {"forum", "microblog", "complaints"}


@pytest.fixture
def busy_sites(tmp_path: Path, settings: Settings) -> Iterator[None]:
    settings.SCRAPE_PRIVATE_HOSTS = ["127.0.0.1"]
    sources.fetcher.cache_clear()
    hour_ago = utc_now() - timedelta(hours=1)
    wave = Scenario(
        id="wave", kind=ScenarioKind.OUTAGE, starts_s=hour_ago.timestamp(), components=("fenfu-qr",)
    )
    with pretended_world(tmp_path, wave) as pretended:
        sync_catalog(read_catalog(CATALOG, pretended.environment))
        yield
    sources.fetcher.cache_clear()


@pytest.mark.django_db
def test_scraping_stores_each_post_once_when_three_sites_are_read_again_and_again(busy_sites: None) -> None:
    sites = Source.objects.filter(slug__in=SITES)
    for source in sites:
        tasks.scrape_source(source.pk)
    first = {slug: Report.objects.filter(source__slug=slug).count() for slug in SITES}
    ids = set(Report.objects.values_list("pk", flat=True))

    for source in sites:
        tasks.scrape_source(source.pk)

    assert all(first.values()), first
    assert not sites.exclude(last_error="").values_list("slug", "last_error")
    assert not sites.filter(last_success_at=None)
    assert ids <= set(Report.objects.values_list("pk", flat=True))
    texts = Report.objects.filter(pk__gt=max(ids)).values_list("external_id", flat=True)
    assert len(texts) <= 3, "only what was written between the two visits may be new"
    assert not Report.objects.filter(published_at=None)
    assert Report.objects.filter(symptom="payment_failure", product="fenfu").exists()
