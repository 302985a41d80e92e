"""The server that mails are handed to, as EMAIL_URL names it."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from probes.network.names import host_name


class Security(StrEnum):
    """How the way to it is protected."""

    NONE = "smtp"
    STARTTLS = "smtp+tls"
    TLS = "smtps"


PORTS = {Security.NONE: 25, Security.STARTTLS: 587, Security.TLS: 465}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where to, and as whom; its ``repr`` holds no password."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"{self.security}://{self.host}:{self.port}"


def read_mail_server(raw: str) -> MailServer | None:
    """The server of a URL such as ``smtp+tls://USER:PASSWORD@HOST:587``; None where it is empty.

    ValueError says what is wrong and never repeats the password.
    """
    if not raw:
        return None
    expected = "expected smtp+tls://USER:PASSWORD@HOST:587, smtps://… or smtp://…"
    try:
        parts = urlsplit(raw)
        security, port = Security(parts.scheme), parts.port
        host = host_name(parts.hostname or "")
    except ValueError as error:
        raise ValueError(expected) from error
    if parts.path.strip("/") or parts.query or parts.fragment or (parts.username and not parts.password):
        raise ValueError(expected)
    return MailServer(
        host=host,
        port=port or PORTS[security],
        security=security,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
