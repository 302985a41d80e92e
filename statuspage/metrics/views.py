"""Answers that are made for each request: the metrics."""

import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from statuspage import clock
from statuspage.encodings import preferred
from statuspage.metrics.access import MayNotRead, refusal
from statuspage.metrics.collector import SiteCollector
from statuspage.metrics.last_known import LONGEST_S, Families, LastKnown
from statuspage.metrics.written import answer, gzipped_answer, split
from statuspage.public.publish.manifest import read_manifest

OPEN_METRICS = "application/openmetrics-text"
KEPT = LastKnown()


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Everything that Prometheus may want to know, in the text form or the OpenMetrics one."""
    refused = refusal(request, token=settings.METRICS_TOKEN, networks=settings.METRICS_NETWORKS)
    if refused is not None:
        return _refused(refused)
    began_s = time.monotonic()
    now = clock.known()
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    if clock.is_away():
        families = KEPT.remembered(now)
    else:
        collector = SiteCollector(now, read_manifest(settings.SNAPSHOT_DIR))
        left_s = LONGEST_S - (time.monotonic() - began_s)
        families = KEPT.read(collector, now, within_s=left_s)
    usual, written = split(families.collect())
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Families(usual))
    is_open = content_type.startswith(OPEN_METRICS)
    packed = preferred(request.headers.get("Accept-Encoding", ""), ["gzip"]) == "gzip"
    parts = (gzipped_answer if packed else answer)(encode(registry), written, open_metrics=is_open)
    response = HttpResponse(b"".join(parts), content_type=content_type)
    # Caches are told what it depends on.
    patch_vary_headers(response, ["Accept", "Accept-Encoding"])
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _refused(why: MayNotRead) -> HttpResponse:
    """401 where a token would help, 403 where the network is the wrong one."""
    if why is MayNotRead.NETWORK:
        return HttpResponse(why, content_type="text/plain; charset=utf-8", status=403)
    asked = {"WWW-Authenticate": "Bearer"}
    return HttpResponse(why, content_type="text/plain; charset=utf-8", status=401, headers=asked)
