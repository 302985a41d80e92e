"""An operator's own files on the page, a logo and a style sheet: what is refused of them, and why.

The page's policy keeps out whatever they would load or run; refusing it here tells the operator why his style
does not work, instead of leaving him to find out in a browser's console.
"""

import re
from pathlib import Path
from xml.etree import ElementTree

MOST_LOGO_BYTES = 20_000  # a third of what a first visit may weigh
MOST_CSS_BYTES = 20_000
_BEGINNINGS = {".png": b"\x89PNG\r\n", ".jpg": b"\xff\xd8\xff", ".webp": b"RIFF"}
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?|\\(.)", re.DOTALL)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_ADDRESS = re.compile(
    r"(?:url|src|image-set|-webkit-image-set)\((?!\s*[\"']?\s*(?:data:image/|#))", re.IGNORECASE
)


def logo_file(raw: str) -> str:
    """The path of a logo (SVG, PNG, JPEG, WebP); may be empty. ValueError says what is wrong with it."""
    if not raw:
        return raw
    file, body = Path(raw), _read(raw, MOST_LOGO_BYTES)
    suffix = file.suffix.lower()
    if suffix == ".svg":
        _require_harmless_svg(body)
    elif suffix not in _BEGINNINGS:
        raise ValueError("expected a file that ends in .svg, .png, .jpg or .webp")
    elif not body.startswith(_BEGINNINGS[suffix]):
        raise ValueError(f"the file is no {suffix[1:].upper()} picture")
    return raw


def css_file(raw: str) -> str:
    """The path of a style sheet; may be empty. ValueError says what in it is refused."""
    if not raw:
        return raw
    try:
        text = _read(raw, MOST_CSS_BYTES).decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError("the file is no UTF-8 text") from error
    plain = _ESCAPE.sub(_unescaped, _COMMENT.sub(" ", text))
    if "@import" in plain.lower():
        raise ValueError("@import is refused: put all rules into this one file")
    if _ADDRESS.search(plain):
        raise ValueError("url() is refused but for data:image/… : the page loads nothing from elsewhere")
    return raw


def _read(raw: str, most: int) -> bytes:
    try:
        body = Path(raw).read_bytes()
    except OSError as error:
        raise ValueError(f"the file cannot be read: {error.strerror}") from error
    if len(body) > most:
        raise ValueError(
            f"the file has {len(body):,} bytes; at most {most:,} are taken, for the page is to stay light"
        )
    return body


def _unescaped(found: re.Match[str]) -> str:
    """A character that CSS writes by its number or with a backslash before it."""
    if not found[1]:
        return found[2]
    number = int(found[1], 16)
    return chr(number) if 0 < number < 0x110000 else "\ufffd"


def _require_harmless_svg(body: bytes) -> None:
    if b"<!doctype" in body.lower() or b"<!entity" in body.lower():
        raise ValueError("an SVG with a DOCTYPE is refused: save it without")
    try:
        root = ElementTree.fromstring(body)  # without a DOCTYPE there are no entities that could unfold
    except ElementTree.ParseError as error:
        raise ValueError(f"the file is no SVG: {error}") from error
    if _local(root.tag) != "svg":
        raise ValueError("the file is no SVG")
    for element in root.iter():
        if _local(element.tag) in {"script", "foreignobject", "iframe"}:
            raise ValueError(f"<{_local(element.tag)}> in an SVG is refused")
        for name, value in element.attrib.items():
            if _local(name).startswith("on"):
                raise ValueError(f"the attribute {_local(name)} in an SVG is refused: it runs a script")
            if _local(name) == "href" and not value.startswith(("#", "data:image/")):
                raise ValueError("an SVG that refers to other files is refused")


def _local(name: object) -> str:
    """The name of an element or attribute without its namespace; comments have none."""
    return name.rpartition("}")[2].lower() if isinstance(name, str) else ""
