"""Turns go on however many store results, one after the other without a gap."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.postgres import postgres_server

STORE_AND_TURN = """
import random, threading, time, django; django.setup()
from django.db import connection, transaction
from statuspage.monitoring.lateness import concluded_until
from statuspage.monitoring.models import Progress
from statuspage.pipeline.turns import locked_progress
with connection.schema_editor() as editor:
    editor.create_model(Progress)
Progress.objects.create(pk=1)
ended = threading.Event()
def store():
    while not ended.wait(0.05):
        with transaction.atomic():
            concluded_until()
            time.sleep(random.uniform(0.1, 0.4))
storing = [threading.Thread(target=store) for _ in range(6)]
for thread in storing:
    thread.start()
waits = []
for _ in range(5):
    began = time.monotonic()
    with locked_progress():
        waits.append(time.monotonic() - began)
    time.sleep(0.1)
ended.set()
for thread in storing:
    thread.join()
print(max(waits))
"""


def test_a_turn_begins_at_once_when_workers_store_one_after_the_other(tmp_path: Path) -> None:
    with postgres_server() as url:
        told = subprocess.run(
            [sys.executable, "-c", STORE_AND_TURN],
            env={
                **os.environ,
                "DATABASE_URL": url,
                "VAR_DIR": str(tmp_path),
                "DJANGO_SETTINGS_MODULE": "statuspage.settings",
            },
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            timeout=60,
        ).stdout

    assert float(told) < 1.5
