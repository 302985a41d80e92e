#!/usr/bin/env bash
# Made first_release.sql.gz: a small site of the first release, by the code of that time (commit c0bd330, the first
# whose migrations are still part of today's). To be run in a checkout of it, with its environment: first_release.sh FILE
set -euo pipefail

export FOGBREAK_DEMO=1 SCRAPE_PRIVATE_HOSTS=127.0.0.1 DJANGO_SUPERUSER_PASSWORD=first-release
export VAR_DIR SECRET_KEY=only-for-making-the-database-of-the-first-release DJANGO_SETTINGS_MODULE=statuspage.settings
VAR_DIR=$(mktemp -d)
ports=control=19100,proxy=19103,sites=19104,east=19101,south=19102

python manage.py migrate --verbosity 0
python manage.py simulate --var "$VAR_DIR/simulator" --ports $ports &
simulator=$!
until [ -s "$VAR_DIR/simulator/simulator.json" ]; do sleep 1; done
python -c '
import json, shlex, sys
print("\n".join(f"export {name}={shlex.quote(value)}" for name, value in json.load(sys.stdin).items()))
' < "$VAR_DIR/simulator/simulator.json" > "$VAR_DIR/environment"
. "$VAR_DIR/environment"

python manage.py sync_catalog probes/simulator/catalog.toml
python manage.py fill_history --days 2
python manage.py createsuperuser --noinput --username first --email first@example.com
timeout 100 python manage.py engine || true
kill $simulator

# Two incidents that are over and one that is open, planned work and an announcement.
python - <<'END'
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from probes.outcomes import Cause
from statuspage.monitoring.models import Component, Persona, Probe, Vantage
from tests.support.public_rows import World, make_announcement, make_incident, make_maintenance
world = World(
    components={row.slug: row for row in Component.objects.all()},
    personas={row.slug: row for row in Persona.objects.all()},
    vantages={row.slug: row for row in Vantage.objects.all()},
    probes=list(Probe.objects.all()),
    now=timezone.now(),
)
make_incident(world, cause=Cause.RISK_CONTROL, ago=timedelta(hours=20), lasted=timedelta(minutes=40))
make_incident(world, components=("wxpay-card",), ago=timedelta(hours=9), lasted=timedelta(minutes=12))
make_incident(world, components=("card-checkout",), ago=timedelta(minutes=5))
make_announcement(world)
make_maintenance(world)
END

python -c '
import gzip, pathlib, sqlite3, sys
lines = sqlite3.connect(sys.argv[1]).iterdump()
pathlib.Path(sys.argv[2]).write_bytes(gzip.compress("\n".join(lines).encode(), 9))
' "$VAR_DIR/fogbreak.sqlite3" "$1"
rm -rf "$VAR_DIR"
