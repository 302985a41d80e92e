"""A database that took a question and does not answer keeps nobody waiting who cannot wait."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.postgres import postgres_server

SLEEPS = """
import time, django; django.setup()
from django.db import OperationalError, connection
from statuspage.hanging import answered_within
began = time.monotonic()
try:
    with answered_within(1.0), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.execute("SELECT pg_sleep(20)")
except OperationalError:
    print("given up", end=" ")
print(time.monotonic() - began < 10, end=" ")
connection.close_if_unusable_or_obsolete()
with answered_within(5.0), connection.cursor() as cursor:
    cursor.execute("SELECT 'answered'")
    print(*cursor.fetchone())
"""


def test_question_is_given_up_when_the_database_does_not_answer_it(tmp_path: Path) -> None:
    with postgres_server() as url:
        environ = {
            **os.environ,
            "DATABASE_URL": url,
            "VAR_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "statuspage.settings",
        }
        told = subprocess.run(
            [sys.executable, "-c", SLEEPS],
            env=environ,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout

    assert told == "given up True answered\n"
