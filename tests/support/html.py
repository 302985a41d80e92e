"""Reads published pages as a browser without a script would."""

from pathlib import Path

from selectolax.lexbor import LexborHTMLParser as HTMLParser


def tree(file: Path) -> HTMLParser:
    """The elements of a published page."""
    return HTMLParser(file.read_text())


def text(parser: HTMLParser, selector: str) -> str:
    """The words of the first element that ``selector`` finds, which must be there."""
    node = parser.css_first(selector)
    assert node is not None, selector
    return " ".join(node.text(separator=" ").split())
