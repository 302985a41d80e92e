"""`manage.py serve`: the page, the forms, the API and the admin over HTTP."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Serves the page, the forms, the API and the admin over HTTP."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--fronts", type=int, default=2, help="processes that answer what is published")
        parser.add_argument("--workers", type=int, default=1, help="processes that answer all else")
        parser.add_argument("--threads", type=int, default=4, help="threads of each worker")

    def handle(self, *args: Any, **options: Any) -> None:
        for name in ("fronts", "workers", "threads"):
            if options[name] < 1:
                raise CommandError(f"--{name}={options[name]}: expected 1 or more")
        chosen = [f"--{name}={options[name]}" for name in ("host", "port", "fronts", "workers", "threads")]
        chosen.append(f"--below={settings.SITE_PATH}")
        if settings.TRUSTED_PROXIES:
            chosen.append("--behind-proxy")
        # Settings were read, and a wrong one named. What supervises needs no Django, and stays this process.
        path = os.pathsep.join(filter(None, (str(settings.BASE_DIR), os.environ.get("PYTHONPATH"))))
        command = ("-m", "statuspage.public.serve", f"--snapshot={settings.SNAPSHOT_DIR}", *chosen)
        sys.stdout.flush()
        os.execve(sys.executable, (sys.executable, *command), {**os.environ, "PYTHONPATH": path})
