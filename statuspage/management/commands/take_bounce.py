"""manage.py take_bounce: takes in one mail that came back, from standard input."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from statuspage import clock
from statuspage.subscribers.bounces import MOST_BYTES
from statuspage.subscribers.returns import take_returned


class Command(BaseCommand):
    help = (
        "Read a mail from standard input that came back to MAIL_BOUNCES: one that could not be delivered "
        "(RFC 3464), or a complaint (RFC 5965). Prints hard, soft, complaint or none. Exit status 0, so that "
        "a mail server which pipes mails here never sends them back."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(take_returned(sys.stdin.buffer.read(MOST_BYTES), now=clock.now()).value)
