"""Answers that are made for each request: the metrics."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from statuspage.metrics.collector import SiteCollector
from statuspage.public.publish.manifest import read_manifest


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Everything that Prometheus may want to know, in the text form or the OpenMetrics one."""
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    registry = CollectorRegistry(auto_describe=False)
    registry.register(SiteCollector(timezone.now(), read_manifest(settings.SNAPSHOT_DIR)))
    return HttpResponse(encode(registry), content_type=content_type)
