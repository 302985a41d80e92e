"""Decodes a text whose declared charset may be missing or wrong.

By hand, since w3lib believes what is declared: GBK called Latin-1 or UTF-8, and Big5 that is not declared,
come out as nonsense.
"""

import codecs
import re

_META = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w\-]{2,20})|<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w\-]{2,20})""",
    re.I,
)
_HEADER = re.compile(r"""charset\s*=\s*["']?([\w\-]{2,20})""", re.I)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# What Python can decode, too, and is no charset of any page; UTF-7 would let a text say what nobody wrote.
_NO_CHARSETS = {"undefined", "idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7"}
# GBK and GB2312 pages hold characters of its superset; ISO 8859-1 is what servers say who do not know.
_WIDER = {
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "big5": "big5hkscs",
    "iso-8859-1": "",
    "latin-1": "",
    "ascii": "",
}
# Where another charset is read as GB 18030, some of it falls where no character is.
_PRIVATE = re.compile("[\ue000-\uf8ff]")


def decode(body: bytes, content_type: str = "") -> str:
    """``body`` as text: by its mark, as UTF-8 if it is, else as declared, else as GB 18030; never fails.

    UTF-8 comes before what is declared, since bytes that happen to be valid UTF-8 are hardly ever anything
    else.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, errors="replace")
    declared = _declared(body, content_type)
    for name in ("utf-8", *declared, "gb18030", "big5hkscs"):
        text = _strictly(body, name)
        if text is not None and (name in declared or not _PRIVATE.search(text)):
            return text
    return body.decode(next(iter(declared), "utf-8"), errors="replace")


def _declared(body: bytes, content_type: str) -> list[str]:
    found = [match[1] for match in [_HEADER.search(content_type)] if match]
    found += [(match[1] or match[2]).decode("ascii") for match in [_META.search(body[:4096])] if match]
    names = []
    for raw in found:
        name = _WIDER.get(raw.lower(), raw.lower())
        if _is_charset(name):
            names.append(name)
    return names


def _is_charset(name: str) -> bool:
    """Whether ``name`` is one; "hex", "base64" and such decode bytes, too, but to bytes."""
    try:
        "".encode(name)
        return codecs.lookup(name).name not in _NO_CHARSETS
    except (LookupError, UnicodeError):
        return False


def _strictly(body: bytes, name: str) -> str | None:
    try:
        decoder = codecs.getincrementaldecoder(name)(errors="strict")
        # A page cut off within a character is still that charset.
        return decoder.decode(body, final=False)
    except UnicodeError:
        return None
