"""What this site needs to be of use: database, tables, broker, conclusions and a page that are not old."""

from datetime import datetime

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from kombu import Connection

from statuspage import clock
from statuspage.ages import is_stale
from statuspage.health.readiness import LIMIT_S, Readiness, Requirement
from statuspage.monitoring.models import Progress
from statuspage.public.publish.manifest import read_manifest


def database() -> str:
    """Whether it answers at all."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    finally:
        connection.close()
    return ""


def migrations() -> str:
    """Whether its tables are those of this version."""
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    finally:
        connection.close()
    return f"{len(plan)} are still to be applied" if plan else ""


def broker() -> str:
    """Whether it answers, where there is one."""
    if not settings.BROKER_URL.startswith("memory:"):
        with Connection(settings.BROKER_URL, connect_timeout=LIMIT_S) as link:
            link.connect()
    return ""


def engine() -> str:
    """Whether something was concluded lately."""
    try:
        concluded = Progress.objects.values_list("advanced_at", flat=True).first()
    finally:
        connection.close()
    return told_age("concluded", concluded, clock.known())


def snapshot() -> str:
    """Whether the page was published lately."""
    manifest = read_manifest(settings.SNAPSHOT_DIR)
    return told_age("published", manifest.at if manifest else None, clock.known())


def told_age(what: str, at: datetime | None, now: datetime) -> str:
    """How old it is, where that is too old by the page's own measure."""
    if at is None:
        return f"nothing has been {what} yet"
    return f"last {what} {abs(now - at).total_seconds():.0f} s ago" if is_stale(at, now) else ""


REQUIREMENTS = tuple(
    Requirement(name=each.__name__, wrong=each) for each in (database, migrations, broker, engine, snapshot)
)
READINESS = Readiness(REQUIREMENTS)
