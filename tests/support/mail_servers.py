"""A real SMTP server on a free local port, and what it was sent."""

import asyncio
import email
import email.policy
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

from statuspage.subscribers.servers import MailServer, Security


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMail:
    """One mail as it arrived."""

    returns: str
    to: str
    message: EmailMessage

    def text(self, kind: str = "plain") -> str:
        part = self.message.get_body((kind,))
        assert part is not None
        return str(part.get_content())


@dataclass
class MailBox:
    """What arrived; ``refusals`` are answers to addresses, ``later`` answers to the next mails."""

    port: int
    mails: list[SentMail] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    later: list[str] = field(default_factory=list)
    connections: int = 0

    @property
    def server(self) -> MailServer:
        return MailServer(host="127.0.0.1", port=self.port, security=Security.NONE)

    async def handle_EHLO(  # noqa: N802 - named by the library
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, answers: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return answers

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.later:
            return self.later.pop(0)
        content = envelope.content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        returns, to = envelope.mail_from or "", envelope.rcpt_tos[0]
        self.mails.append(SentMail(returns=returns, to=to, message=message))
        return "250 OK"


@contextmanager
def mail_box() -> Iterator[MailBox]:
    """Serve until the end of the block."""
    loop = asyncio.new_event_loop()
    box = MailBox(port=0)
    server = loop.run_until_complete(
        loop.create_server(lambda: SMTP(box, enable_SMTPUTF8=False, loop=loop), "127.0.0.1", 0)
    )
    box.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield box
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
