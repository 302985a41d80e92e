"""Sessions as Django's middleware has them; what a page asks by itself does not count as use of one."""

from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest

from statuspage.entrance.sessions import SessionStore

# A page says by it that it asks by its clock, and that nobody has touched it lately.
UNATTENDED = "X-Unattended"


class AttendedSessions(SessionMiddleware):
    """A page that was left open would otherwise keep its session for as long as sessions last."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        if isinstance(request.session, SessionStore):
            request.session.attended = UNATTENDED not in request.headers
