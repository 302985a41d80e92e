"""A database that took a question and does not answer keeps nobody waiting who cannot wait."""

import os
import socket
import subprocess
import sys
from contextlib import ExitStack
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
SCRAPED = """
import time, django; django.setup()
from django.test import RequestFactory
from statuspage.metrics.views import metrics
for _ in range(2):
    began = time.monotonic()
    text = metrics(RequestFactory().get("/metrics")).content.decode()
    print("fogbreak_database_up 0.0" in text, round(time.monotonic() - began))
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


def test_metrics_are_answered_within_ten_seconds_when_no_address_of_the_database_answers(
    tmp_path: Path,
) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = first.getsockname()[1]
        stack.enter_context(socket.create_server(("127.0.0.2", port)))
        environ = {
            **os.environ,
            "DATABASE_URL": f"postgres://fogbreak@127.0.0.1,127.0.0.2:{port}/fogbreak",
            "VAR_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "statuspage.settings",
        }
        told = subprocess.run(
            [sys.executable, "-c", SCRAPED],
            env=environ,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout.split()

    assert told[::2] == ["True", "True"]
    assert max(map(int, told[1::2])) <= 8
