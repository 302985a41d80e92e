"""The WSGI applications that a server runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statuspage.settings")

from django.conf import settings

from statuspage.public.serve.server import SnapshotServer

# For `manage.py serve`, whose front has answered what is published.
behind_the_front = get_wsgi_application()

from statuspage.metrics.reporting import REPORTER  # noqa: E402  (tables are there only now)

REPORTER.begin("web")
# For any other server: what is published is answered before Django is asked.
application = SnapshotServer(behind_the_front, settings.SNAPSHOT_DIR, below=settings.SITE_PATH)
