"""The WSGI application that a server runs: what is published is answered before Django is asked."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statuspage.settings")

from django.conf import settings

from statuspage.public.serve.server import SnapshotServer

application = SnapshotServer(get_wsgi_application(), settings.SNAPSHOT_DIR)
