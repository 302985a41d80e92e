"""Mails that come back, and complaints: whose they are, and what becomes of the subscription."""

import re
import subprocess
import sys
import time
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.management import call_command

from probes.vocabulary.telling import Membership
from statuspage.subscribers.bounces import ReturnKind, read_returned
from statuspage.subscribers.ending import MOST_SOFT, SOFT_FOR
from statuspage.subscribers.models import Subscription
from statuspage.subscribers.returns import take_returned
from statuspage.subscribers.tokens import LinkPurpose, token_for
from tests.subscribers.conftest import subscribed
from tests.support.public_rows import NOW

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]


def bounce(row: Subscription, *, action: str = "failed", status: str = "5.1.1") -> bytes:
    """A delivery status notification as Postfix writes it."""
    token = token_for(LinkPurpose.BOUNCE, row.key, settings.SECRET_KEY)
    return f"""From: MAILER-DAEMON@mx.example
To: bounces+{token.upper()}@pay.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="b"
MIME-Version: 1.0

--b
Content-Type: text/plain

I'm sorry. 5.1.1 4.2.2 whatever a person reads.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ann@example.com
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} <ann@example.com> it is
 not there

--b--
""".encode()


def complaint(row: Subscription) -> bytes:
    """A report of abuse as mailbox providers send it: who complains is cut out, the links are not."""
    token = token_for(LinkPurpose.MANAGE, row.key, settings.SECRET_KEY)
    return f"""From: fbl@provider.example
To: abuse@pay.example
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is a report.

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: X/1
Version: 1

--b
Content-Type: message/rfc822

From: status@pay.example
List-Unsubscribe: <https://pay.example/en/subscribe/stop/{token}/>
Subject: x

--b--
""".encode()


@pytest.mark.parametrize(
    ("action", "status", "kind"),
    [
        pytest.param("failed", "5.1.1", ReturnKind.HARD, id="no such mailbox"),
        pytest.param("failed", "5.1.2", ReturnKind.HARD, id="no such domain"),
        pytest.param("failed", "5.2.2", ReturnKind.SOFT, id="the mailbox is full"),
        pytest.param("failed", "5.7.1", ReturnKind.SOFT, id="it was refused for what it holds"),
        pytest.param("failed", "4.4.7", ReturnKind.SOFT, id="nobody answered for days"),
        pytest.param("delayed", "4.4.1", ReturnKind.NONE, id="it is tried again"),
        pytest.param("delivered", "2.0.0", ReturnKind.NONE, id="it arrived"),
    ],
)
def test_returned_mail_means_what_the_standard_says(action: str, status: str, kind: ReturnKind) -> None:
    row = subscribed()

    assert read_returned(bounce(row, action=action, status=status)).kind is kind
    assert take_returned(bounce(row, action=action, status=status), now=NOW) is kind


def test_subscription_ends_when_nobody_is_there() -> None:
    row = subscribed()

    take_returned(bounce(row), now=NOW)

    row.refresh_from_db()
    assert row.standing == Membership.ENDED.value
    assert row.sealed == ""
    assert row.trouble == "smtp; 550 5.1.1 <•••> it is not there"


def test_subscription_ends_when_mails_come_back_again_and_again() -> None:
    row = subscribed()

    for number in range(MOST_SOFT):
        row.refresh_from_db()
        assert row.standing == Membership.ACTIVE.value
        take_returned(bounce(row, status="4.2.2"), now=NOW + timedelta(days=number))

    row.refresh_from_db()
    assert row.standing == Membership.ENDED.value


def test_bad_luck_of_long_ago_is_forgotten_when_another_mail_comes_back() -> None:
    row = subscribed()

    for number in range(MOST_SOFT + 2):
        take_returned(bounce(row, status="4.2.2"), now=NOW + number * (SOFT_FOR + timedelta(days=1)))

    row.refresh_from_db()
    assert row.standing == Membership.ACTIVE.value


def test_reader_is_forgotten_when_he_complains() -> None:
    row = subscribed()

    assert take_returned(complaint(row), now=NOW) is ReturnKind.COMPLAINT

    assert not Subscription.objects.exists()


def test_nothing_ends_when_a_returned_mail_is_forged_or_broken() -> None:
    row = subscribed()
    raw = bounce(row)
    token = token_for(LinkPurpose.BOUNCE, row.key, settings.SECRET_KEY).upper().encode()
    hostile = [
        b"",
        b"\0\xff" * 1000,
        b"Content-Type: multipart/report; boundary=\n\n",
        raw.replace(token, b"A" * 36),
        raw.replace(b"message/delivery-status", b"text/plain"),
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\nContent-Type: message/rfc822\n\n" * 5000,
    ]

    assert {take_returned(mail, now=NOW) for mail in hostile} == {ReturnKind.NONE}
    row.refresh_from_db()
    assert row.standing == Membership.ACTIVE.value


def test_mail_costs_little_when_a_stranger_nests_what_it_is_made_of() -> None:
    parts = (f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(200))
    raw = "".join(parts).encode() + b"x\n" * 200_000
    began = time.process_time()

    returned = read_returned(raw)

    assert returned.kind is ReturnKind.NONE
    assert time.process_time() - began < 1


def test_command_says_what_it_took_when_a_mail_is_piped_in(monkeypatch: pytest.MonkeyPatch) -> None:
    row = subscribed()
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=BytesIO(bounce(row))))
    out = StringIO()

    call_command("take_bounce", stdout=out)

    assert out.getvalue().strip() == "hard"


def test_line_of_the_readme_takes_mails_in_when_the_mail_server_passes_no_variables(tmp_path: Path) -> None:
    line = re.search(r'`"\|([^"]+take_bounce)"`', (ROOT / "README.md").read_text(encoding="utf-8"))
    assert line is not None
    variables = tmp_path / "environment"
    variables.write_text(f"SECRET_KEY={settings.SECRET_KEY}\nDEBUG=1\nVAR_DIR={tmp_path}\n", encoding="utf-8")
    here = line[1].replace("/etc/fogbreak/environment", str(variables))
    here = here.replace("/opt/fogbreak/.venv/bin/python", sys.executable).replace("/opt/fogbreak", str(ROOT))

    ended = subprocess.run(
        ["/bin/sh", "-c", here],
        cwd=tmp_path,
        env={},
        input=b"Subject: hello\n\n",
        capture_output=True,
        timeout=60,
    )

    assert (ended.stdout.strip(), ended.returncode) == (b"none", 0), ended.stderr.decode()[-1000:]
