"""Addresses that are not answered from the snapshot."""

from django.contrib import admin
from django.urls import include, path

from statuspage.health.views import healthz, readyz
from statuspage.metrics.views import metrics

handler404 = "statuspage.failing.missing"
handler500 = "statuspage.failing.failed"

urlpatterns = [
    path("", include("statuspage.previewing.urls")),
    path("admin/", admin.site.urls),
    path("metrics", metrics),
    path("healthz", healthz),
    path("readyz", readyz),
    path("", include("statuspage.api.urls")),
    path("", include("statuspage.asking.urls")),
    path("", include("statuspage.delivery.urls")),
    path("", include("statuspage.subscribers.urls")),
]
