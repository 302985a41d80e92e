"""Finds in a text what looks like a secret or a person's number, whoever's it is.

Codes, times, amounts, serial and request numbers stay: they are what an answer is understood by.
"""

import re
from collections.abc import Iterator

from probes.listening.privacy import personal

Spans = Iterator[tuple[int, int]]

_NAME = (
    r"(?:[\w-]*[_-])?(?:sign|signature|secret|token|password|passwd|key|nonce|ciphertext|authorization"
    r"|auth|auth_code|mac|cvv|cvc|pin|openid|session|cookie)"
)
NAME = re.compile(_NAME, re.IGNORECASE)
_QUOTED = re.compile(rf"[\"']{_NAME}\\*[\"']\s*:\s*\\*\"(?P<cut>(?:[^\"\\]|\\.)*)", re.IGNORECASE)
_ASSIGNED = re.compile(rf"(?<![\w-]){_NAME}=(?:\\*[\"'])?(?P<cut>[^&\s\"'<>\\]+)", re.IGNORECASE)
# A name is read from its beginning alone and never twice: a text of nothing but beginnings would take ages.
_HEADER = re.compile(
    r"(?:\b(?:(?:proxy-)?authorization|(?:set-)?cookie)|(?<![a-z0-9-])"
    r"(?=(?>[a-z0-9-]*?\bx-)[a-z0-9-]*?(?:key|token|auth|secret|signature))[a-z0-9-]++)"
    r"[\"']?\s*:\s*[\"']?(?:(?:Bearer|Basic|Digest|Token)\s+)?(?P<cut>[^\s\"'<>][^\"'<>\n]*)",
    re.IGNORECASE,
)
_SCHEME = re.compile(
    r"\b(?:WECHATPAY2-[A-Z0-9-]+|AWS4-[A-Z0-9-]+)\s+(?P<cut>[^\s<>][^<>\n]*)"
    r"|\b(?:Bearer|Basic)[\s:]+(?P<token>(?=[a-z]*[^a-z\s]|[a-z]{20})[A-Za-z0-9._~+/=-]{6,})"
)
_TOKEN = re.compile(
    r"\beyJ[\w-]{5,}\.[\w-]{2,}(?:\.[\w-]*)?"
    r"|\b(?:[sprak]k|whsec|gh[pousr]|glpat|xox[abprs])[_-](?:(?:live|test|prod|proj)[_-])?[A-Za-z0-9]{6,}[\w-]*"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{12,}|\bAIza[\w-]{20,}"
)
_PEM = re.compile(r"-----BEGIN [A-Z0-9 ]{1,40}-----(?P<cut>.*?)(?:-----END|\Z)", re.DOTALL)
# Keys, signatures and what else nobody can read; of what is folded into lines the shorter last one, too.
_OPAQUE = re.compile(
    r"(?<![A-Za-z0-9+/_-])(?=[a-z0-9+/_-]*[A-Z])(?=[A-Z0-9+/_-]*[a-z])[A-Za-z0-9+/_-]{60,}={0,2}"
    r"(?:\s[A-Za-z0-9+/_-]{60,}={0,2})*(?:\s[A-Za-z0-9+/_-]{1,76}={0,2}(?![A-Za-z0-9+/_-]))?"
)
_DIGIT = re.compile(r"\d")
_CARD = re.compile(r"(?<![\d.])[2-9](?:[ \-+_.]{0,2}\d){12,18}(?!\d)")
_DATED = re.compile(r"20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_IDENTITY = re.compile(
    r"(?<!\d)[1-9]\d{5}[ -]?(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ -]?\d{3}[\dXx](?!\d)"
)
_PHONE = re.compile(
    r"(?<![\d.])(?:(?:\+|00)?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)|\+\d(?:[ \-()]{0,2}\d){8,14}(?!\d)"
)


def looks_secret(text: str) -> Spans:
    """Where keys, tokens, signatures, and the numbers and addresses of people stand."""
    if not text.isascii() and not any(map(str.isascii, text)):
        return
    if "-----BEGIN" in text:
        yield from _cuts(_PEM, text)
    for pattern in (_SCHEME, _TOKEN, _OPAQUE):
        yield from _cuts(pattern, text)
    if "=" in text:
        yield from _cuts(_ASSIGNED, text)
    if ":" in text:
        yield from _cuts(_QUOTED, text)
        yield from _cuts(_HEADER, text)
    if _DIGIT.search(text):
        yield from _numbers(text)
    if "@" in text:
        yield from personal.emails(text)


def _cuts(pattern: re.Pattern[str], text: str) -> Spans:
    for match in pattern.finditer(text):
        start, end = match.span(match.lastgroup or 0)
        if start < end:
            yield start, end


def _numbers(text: str) -> Spans:
    for match in _CARD.finditer(text):
        digits = "".join(filter(str.isdigit, match.group()))
        if is_luhn(digits) and not _DATED.match(digits):
            yield match.span()
    for pattern in (_IDENTITY, _PHONE):
        yield from (match.span() for match in pattern.finditer(text))


def is_luhn(digits: str) -> bool:
    """Whether the last digit checks the others, as that of a card does (ISO/IEC 7812-1, annex B)."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0
