"""Where the site's own API lies."""

from django.urls import path

from statuspage.api.answers import SiteAPI
from statuspage.api.pushed_in import push
from statuspage.api.routes import announcements, incidents, maintenance, read
from statuspage.api.signals_in import alerts

api = SiteAPI(
    title="Fogbreak",
    version="1",
    description=(
        "What is going on with payments, why the monitor believes so, and what it measured. "
        "Reading is open to everyone; writing needs a token made in the admin. "
        "Moments are RFC 3339; texts come in Chinese (zh-Hans) and English."
    ),
    docs_url=None,
    urls_namespace="api-v1",
)
api.add_router("", read, tags=["measured"])
api.add_router("/incidents", incidents, tags=["incidents"])
api.add_router("/maintenance", maintenance, tags=["maintenance"])
api.add_router("/announcements", announcements, tags=["announcements"])
api.add_router("/push", push, tags=["pushed checks"])
api.add_router("/alerts", alerts, tags=["other monitors"])

urlpatterns = [path("api/v1/", api.urls)]
