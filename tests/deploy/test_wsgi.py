"""The application as a server loads it: first of all, in a process where nothing is set up yet."""

import subprocess
import sys

ASK = """
from statuspage.wsgi import application
from tests.support.wsgi import ask
print(ask(application, "/healthz").status)
"""


def test_application_answers_when_it_is_the_first_that_a_process_loads() -> None:
    process = subprocess.run(
        [sys.executable, "-c", ASK], capture_output=True, text=True, timeout=60, check=False
    )

    assert (process.stdout.strip(), process.returncode) == ("200", 0), process.stderr
