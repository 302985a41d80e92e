"""Hands many mails to a server over few connections that stay open."""

import logging
import smtplib
import ssl
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from math import ceil
from socket import gethostname

from probes.instrument.secrecy.scrubbing import scrubbed
from statuspage.delivery.rules import Reception, SendAttempt
from statuspage.subscribers.servers import MailServer, Security

log = logging.getLogger(__name__)
# Each holds a mail of which nobody knows, for the time of an answer, whether the server has it: there are as
# few as keep up. A server that is slow to answer gets more.
FEWEST, MOST = 2, 8
MAILS_A_SECOND = 100.0
# Servers end a connection after some hundreds of mails, or some minutes: we do before.
MOST_PER_CONNECTION = 400
LONGEST_IDLE_S = 20.0
CONNECT_S, ANSWER_S = 8.0, 15.0
# No new mail is begun after that: who was handed it for longer than a lease would have it sent twice.
ROUND_S = 60.0
LONGEST_ANSWER = 1000
# Of a mailbox that is not there, and never will be (RFC 3463): whoever it was is gone.
NO_SUCH_MAILBOX = {550, 551, 553}


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One mail as it goes over the wire, with its envelope; ``taken`` is called when the server has it."""

    returns: str
    to: str
    data: bytes
    taken: Callable[[], None]


class MailLine:
    """One connection to a server; it is made when it is needed and made anew when it broke."""

    def __init__(self, server: MailServer, *, context: ssl.SSLContext | None = None) -> None:
        self.server, self._context = server, context
        self._client: smtplib.SMTP | None = None
        self._sent, self._used_at = 0, 0.0

    def send(self, posting: Posting) -> SendAttempt:
        """One try. What a server says of one mail is not what it says of others; OSError where it is away."""
        client = self._connected()
        try:
            client.sendmail(posting.returns, [posting.to], posting.data)
        except smtplib.SMTPServerDisconnected as error:
            self.close()
            raise OSError("the connection broke") from error
        except smtplib.SMTPException as error:
            return self._refused(error)
        posting.taken()
        self._sent, self._used_at = self._sent + 1, time.monotonic()
        return SendAttempt(answered=Reception.TAKEN)

    def close(self) -> None:
        """End it politely, as far as that is possible."""
        client, self._client = self._client, None
        if client is not None:
            try:
                client.quit()
            except (smtplib.SMTPException, OSError):
                client.close()

    def _connected(self) -> smtplib.SMTP:
        idle = time.monotonic() - self._used_at
        if self._client is not None and (self._sent >= MOST_PER_CONNECTION or idle > LONGEST_IDLE_S):
            self.close()
        if self._client is None:
            self._client = opened_client(self.server, self._context)
            self._sent, self._used_at = 0, time.monotonic()
        return self._client

    def _refused(self, error: smtplib.SMTPException) -> SendAttempt:
        if isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code == 421:
            self.close()
        return refusal(error)


def refusal(error: smtplib.SMTPException) -> SendAttempt:
    """What a server's answer means for one mail (RFC 5321, 4.2.1)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return _answered(code, said, gone=code in NO_SUCH_MAILBOX)
    # It refuses us, whoever the mail is for: that is ours to mend, and no reader's fault.
    if isinstance(error, smtplib.SMTPSenderRefused):
        return _answered(min(error.smtp_code, 499), error.smtp_error)
    if isinstance(error, smtplib.SMTPResponseException):
        return _answered(error.smtp_code, error.smtp_error)
    return SendAttempt(answered=Reception.LATER, detail=type(error).__name__)


def _answered(code: int, said: bytes | str, *, gone: bool = False) -> SendAttempt:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    # Servers say the address back, which nobody is shown and which is forgotten when it ends.
    detail = f"{code} {scrubbed(' '.join(text[:LONGEST_ANSWER].split()))}"[:200]
    if code < 500:
        return SendAttempt(answered=Reception.LATER, detail=detail, asked=timedelta(minutes=1))
    return SendAttempt(answered=Reception.GONE if gone else Reception.REFUSED, detail=detail)


def opened_client(server: MailServer, context: ssl.SSLContext | None = None) -> smtplib.SMTP:
    """A connection that is ready to send; OSError or SMTPException where it is not to be had."""
    context = context or ssl.create_default_context()
    if server.security is Security.TLS:
        client: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, local_hostname=gethostname(), timeout=CONNECT_S, context=context
        )
    else:
        client = smtplib.SMTP(server.host, server.port, local_hostname=gethostname(), timeout=CONNECT_S)
    try:
        if server.security is Security.STARTTLS:
            client.starttls(context=context)
        client.ehlo_or_helo_if_needed()
        if server.user:
            client.login(server.user, server.password)
        if client.sock is not None:
            client.sock.settimeout(ANSWER_S)
    except (smtplib.SMTPException, OSError):
        client.close()
        raise
    return client


def send_mails(server: MailServer, postings: Sequence[Posting]) -> list[SendAttempt]:
    """Hand all to the server; what came of each, in their order."""
    crew = _crew(server)
    lines = crew.lines[: wanted_connections(crew.mail_s)]
    shares = [postings[number :: len(lines)] for number in range(len(lines))]
    until = time.monotonic() + ROUND_S
    began = time.monotonic()
    with ThreadPoolExecutor(len(lines)) as pool:
        done = list(pool.map(lambda pair: _send_share(*pair, until=until), zip(lines, shares, strict=True)))
    if postings:
        crew.mail_s = (time.monotonic() - began) * len(lines) / len(postings)
    results: list[SendAttempt] = [SendAttempt(answered=Reception.LATER)] * len(postings)
    for number, share in enumerate(done):
        results[number :: len(lines)] = share
    return results


def _send_share(line: MailLine, postings: Sequence[Posting], *, until: float) -> list[SendAttempt]:
    """One mail after the other; where the server is away, none of the others is tried now."""
    results: list[SendAttempt] = []
    away = SendAttempt(answered=Reception.LATER, detail="not reached in time")
    for posting in postings:
        if time.monotonic() > until:
            break
        try:
            results.append(_tried(line, posting))
        except (OSError, smtplib.SMTPException) as error:
            line.close()
            away = SendAttempt(answered=Reception.LATER, detail=f"{line.server!r}: {error}"[:200])
            break
    return results + [away] * (len(postings) - len(results))


def _tried(line: MailLine, posting: Posting) -> SendAttempt:
    """One mail; once more over a new connection where the old one broke, as idle ones do."""
    was_open = line._client is not None
    try:
        return line.send(posting)
    except OSError:
        line.close()
        if not was_open:
            raise
    return line.send(posting)


def wanted_connections(mail_s: float) -> int:
    """By how many connections mails keep their pace where each takes so many seconds of one."""
    return min(MOST, max(FEWEST, ceil(mail_s * MAILS_A_SECOND)))


def close_lines(server: MailServer) -> None:
    """End this process's connections to a server."""
    for line in _crew(server).lines:
        line.close()


@dataclass(slots=True, kw_only=True)
class MailCrew:
    """This process's connections to a server, and how long a mail took of late."""

    lines: tuple[MailLine, ...]
    mail_s: float = 0.0


@lru_cache(maxsize=2)
def _crew(server: MailServer) -> MailCrew:
    return MailCrew(lines=tuple(MailLine(server) for _ in range(MOST)))
