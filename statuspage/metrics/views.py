"""Answers that are made for each request: the metrics."""

import gzip
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
from statuspage.metrics.last_known import LONGEST_S, LastKnown
from statuspage.public.publish.manifest import read_manifest

# Text of 240 kB becomes 16 kB within some milliseconds.
LEVEL = 5

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
    registry = CollectorRegistry(auto_describe=False)
    if clock.is_away():
        registry.register(KEPT.remembered(now))
    else:
        collector = SiteCollector(now, read_manifest(settings.SNAPSHOT_DIR))
        left_s = LONGEST_S - (time.monotonic() - began_s)
        registry.register(KEPT.read(collector, now, within_s=left_s))
    return _packed(HttpResponse(encode(registry), content_type=content_type), request)


def _refused(why: MayNotRead) -> HttpResponse:
    """401 where a token would help, 403 where the network is the wrong one."""
    if why is MayNotRead.NETWORK:
        return HttpResponse(why, content_type="text/plain; charset=utf-8", status=403)
    asked = {"WWW-Authenticate": "Bearer"}
    return HttpResponse(why, content_type="text/plain; charset=utf-8", status=401, headers=asked)


def _packed(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """The answer, compressed where that is accepted; caches are told what it depends on."""
    patch_vary_headers(response, ["Accept", "Accept-Encoding"])
    if preferred(request.headers.get("Accept-Encoding", ""), ["gzip"]) == "gzip":
        response.content = gzip.compress(response.content, LEVEL, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
    return response
