"""What is sent to whoever asked, whatever server sends it."""

from dataclasses import dataclass, field
from http import HTTPStatus

from probes.vocabulary.bilingual import NOTHING, Bilingual
from statuspage.public.headers import SECURITY
from statuspage.wording.refusals import DATABASE_AWAY, REFUSALS, both

Headers = tuple[tuple[str, str], ...]
# Where it is sensible to ask again, and after how many seconds.
_RETRY_AFTER = {HTTPStatus.SERVICE_UNAVAILABLE: "5", HTTPStatus.GATEWAY_TIMEOUT: "10"}


@dataclass(slots=True)
class WebAnswer:
    """Status, headers and body, which nobody changes; HEAD is answered with all but the body."""

    status: int
    headers: Headers
    body: bytes
    _wire: bytes = field(default=b"", repr=False, compare=False)

    @property
    def line(self) -> str:
        """The status as HTTP writes it."""
        try:
            return f"{self.status} {HTTPStatus(self.status).phrase}"
        except ValueError:
            return f"{self.status} -"

    def wire(self) -> bytes:
        """Status and headers as HTTP/1.1 sends them, without the empty line; made once."""
        if not self._wire:
            lines = (f"{name}: {value}\r\n" for name, value in self.headers)
            self._wire = f"HTTP/1.1 {self.line}\r\n{''.join(lines)}".encode("latin-1")
        return self._wire


def plain(status: HTTPStatus, text: Bilingual = NOTHING, *extra: tuple[str, str]) -> WebAnswer:
    """A few words, which nobody keeps."""
    body = both(text).encode() if text else b""
    headers = (
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        *extra,
        *SECURITY,
    )
    return WebAnswer(status, headers, body)


def failure(*, is_for_now: bool) -> WebAnswer:
    """That something of ours failed: the database for now, or we do not know what."""
    if not is_for_now:
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR)
    return plain(HTTPStatus.SERVICE_UNAVAILABLE, DATABASE_AWAY, ("Retry-After", "10"))


def refusal(status: HTTPStatus) -> WebAnswer:
    """Why what was asked is not answered."""
    after = _RETRY_AFTER.get(status)
    return plain(status, REFUSALS[status], *([("Retry-After", after)] if after else []))
