"""An endpoint that says back what it was asked, in any writing, and what that may give away."""

import asyncio
import base64
import html
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

Writing = Callable[[str], str]


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


# How servers, proxies and their logs write what they were sent.
WRITINGS: Mapping[str, Writing] = {
    "plain": str,
    "upper case": str.upper,
    "base64": _base64,
    "base64 within": lambda text: _base64(f'{{"a":"{text}"}}'),
    "base64 for the web": lambda text: base64.urlsafe_b64encode(f"#{text}".encode()).decode().rstrip("="),
    "base64 in lines": lambda text: base64.encodebytes(f"{'-' * 50}{text}{'-' * 30}".encode()).decode(),
    "hexadecimal": lambda text: text.encode().hex(),
    "HEXADECIMAL": lambda text: text.encode().hex().upper(),
    "percent": lambda text: quote(text, safe=""),
    "every percent": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "form": quote_plus,
    "JSON": lambda text: json.dumps(text, ensure_ascii=True),
    "JSON in JSON": lambda text: json.dumps(json.dumps(text)),
    "JSON by code": lambda text: "".join(f"\\u{ord(sign):04x}" for sign in text),
    "HTML": html.escape,
    "Python": lambda text: repr(text.encode()),
    "cut off": lambda text: text[: max(8, len(text) * 2 // 3)],
    "masked": lambda text: f"{text[: max(8, len(text) // 2)]}************",
    "spaced": lambda text: " ".join(text[at : at + 4] for at in range(0, len(text), 4)),
    "sign by sign": " ".join,
    "with signs of no width": "\u200b".join,
    "as a list": lambda text: json.dumps(list(text)),
    "end alone": lambda text: f"****{text[-max(8, len(text) // 2) :]}",
    "base32": lambda text: base64.b32encode(text.encode()).decode(),
    "hexadecimal dump": lambda text: text.encode().hex(" "),
    "UTF-16": lambda text: text.encode("utf-16-le", "surrogatepass").decode("latin-1"),
    "UTF-16 in base64": lambda text: base64.b64encode(text.encode("utf-16-le", "surrogatepass")).decode(),
    "percent many times": lambda text: "".join(f"%2525252525{byte:02X}" for byte in text.encode()),
    "by code point": lambda text: "".join(f"\\u{{{ord(sign):x}}}" for sign in text),
    "percent-u": lambda text: "".join(f"%u{ord(sign):04x}" for sign in text),
    "octal": lambda text: "".join(f"\\{byte:03o}" for byte in text.encode()),
    "HTML by number": lambda text: "".join(f"&#{ord(sign)}" for sign in text),
    "percent of base64": lambda text: quote(_base64(text), safe=""),
}
ENVELOPES: Mapping[str, Callable[[str], bytes]] = {
    "text": str.encode,
    "page": lambda said: f"<html><title>{said}</title><body>{said}</body></html>".encode(),
    "message": lambda said: json.dumps({"code": "PARAM_ERROR", "message": said}).encode(),
    "code": lambda said: json.dumps({"code": said, "message": "bad"}).encode(),
    "error": lambda said: json.dumps({"error": {"code": said, "type": said, "message": said}}).encode(),
    "alipay": lambda said: json.dumps(
        {"error_response": {"code": "40004", "sub_code": said, "sub_msg": said}}
    ).encode(),
    "fields": lambda said: json.dumps({"0": said, "11": said, "39": said, "44": said}).encode(),
    "keys": lambda said: json.dumps({said: said, "status": said}).encode(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """What is said back of a request, and how."""

    writing: str = "plain"
    envelope: str = "text"
    status: int = 400
    part: str = "all"  # of the request: all, head, body, or a single word of it


async def echo(how: Echo, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one request so."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = next(
        (int(line[15:]) for line in head.split("\r\n") if line.lower().startswith("content-length:")), 0
    )
    body = (await reader.readexactly(length)).decode("utf-8", "replace")
    said = _said(how, head, body)
    answer = ENVELOPES[how.envelope](said)
    location = f"Location: /{quote(said[:200], safe='')}\r\n" if 300 <= how.status < 400 else ""
    kind = "text/html" if how.envelope == "page" else "application/json"
    writer.write(
        f"HTTP/1.1 {how.status} Echo\r\n{location}Content-Type: {kind}\r\n"
        f"Content-Length: {len(answer)}\r\n\r\n".encode()
        + answer
    )
    await writer.drain()


def _said(how: Echo, head: str, body: str) -> str:
    write = WRITINGS[how.writing]
    whole = {"all": head + body, "head": head, "body": body or head}.get(how.part)
    if whole is not None:
        return write(whole)
    words = (head + body).replace('"', " ").replace(",", " ").replace("&", " ").replace("=", " ").split()
    return " ".join(map(write, words))


def traces_of(secret: str) -> Iterator[str]:
    """What of a secret must stand nowhere: its beginning, in lower case, as it may be written."""
    start = secret[:8].lower()
    yield start
    yield "".join(f"\\u{ord(sign):04x}" for sign in start)
    yield "".join(f"%{byte:02x}" for byte in start.encode())


def packed_traces_of(secret: str) -> Iterator[str]:
    """The same where letter case counts: base64 of its beginning, wherever in a packed text it begins."""
    start = secret[:12].encode()
    yield start[:8].hex()
    for before in range(3):
        packed = base64.b64encode(bytes(before) + start).decode()
        core = packed[(8 * before + 5) // 6 : (8 * (before + len(start))) // 6]
        yield core[:13]


def leaks(text: str, secrets: Iterable[str]) -> list[str]:
    """The secrets of which something can be read in ``text``."""
    low, joined = text.lower(), text.replace("\\n", "").replace("\n", "")
    return [
        secret
        for secret in secrets
        if any(trace in low for trace in traces_of(secret))
        or any(trace in joined for trace in packed_traces_of(secret))
    ]
