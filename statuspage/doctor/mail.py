"""Examines whether mails can leave: the server answers, takes the login, and knows our sender."""

import smtplib
from collections.abc import Iterator

from django.conf import settings

from statuspage.doctor.findings import Area, Finding, error, warning
from statuspage.subscribers.servers import MailServer, Security
from statuspage.subscribers.smtp import opened_client
from statuspage.wording import doctor as words


def examine_mail() -> Iterator[Finding]:
    """The server that EMAIL_URL names, if any; nothing is sent."""
    if settings.EMAIL_URL is not None:
        yield from server(settings.EMAIL_URL, settings.MAIL_FROM)
        yield from bounces(settings.MAIL_BOUNCES)


def server(of: MailServer, sender: str) -> Iterator[Finding]:
    """Whether it lets us in and takes mails from ``sender``; and whether a password travels in the clear."""
    if of.user and of.security is Security.NONE:
        yield warning(Area.MAIL, "EMAIL_URL", words.MAIL_IN_THE_CLEAR)
    try:
        client = opened_client(of)
        try:
            code, said = client.mail(sender)
        finally:
            client.close()
    except (smtplib.SMTPException, OSError) as problem:
        yield error(Area.MAIL, "EMAIL_URL", words.MAIL_UNREACHABLE, server=repr(of), problem=_told(problem))
        return
    if code >= 400:
        yield error(Area.MAIL, "MAIL_FROM", words.MAIL_SENDER_REFUSED, problem=f"{code} {_text(said)}")


def bounces(address: str) -> Iterator[Finding]:
    """Whether anybody hears what cannot be delivered."""
    if not address:
        yield warning(Area.MAIL, "MAIL_BOUNCES", words.NO_BOUNCES)


def _told(problem: Exception) -> str:
    if isinstance(problem, smtplib.SMTPResponseException):
        return f"{problem.smtp_code} {_text(problem.smtp_error)}"
    return f"{type(problem).__name__}: {problem}"


def _text(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:200]
