"""manage.py lift_login_limits: lets everybody try to log in again, at once."""

from typing import Any

from django.core.management.base import BaseCommand

from statuspage.entrance import limits


class Command(BaseCommand):
    help = "Forget all attempts to log in, so that nobody is refused for their number."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{limits.lift_all()} limits were counting; all begin anew")
