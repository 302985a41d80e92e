"""What a browser sends of a page of the admin."""

from typing import Any

from selectolax.lexbor import LexborHTMLParser as HTMLParser


def filled_in(page: HTMLParser) -> dict[str, Any]:
    """What a browser sends of a page's form when nobody touched it."""
    sent: dict[str, Any] = {}
    for node in page.css("#content-main form input, #content-main form textarea, #content-main form select"):
        name, kind = node.attributes.get("name"), node.attributes.get("type")
        if not name or kind in {"submit", "button", "file"} or "__prefix__" in name:
            continue
        if node.tag == "select":
            chosen = [one.attributes.get("value") or "" for one in node.css("option[selected]")]
            many = "multiple" in node.attributes
            first = node.css_first("option")
            default = [first.attributes.get("value") or ""] if first is not None else [""]
            sent[name] = chosen if many else (chosen or default)[0]
        elif kind == "checkbox":
            if "checked" in node.attributes:
                sent.setdefault(name, []).append(node.attributes.get("value") or "on")
        elif node.tag == "textarea":
            sent[name] = (node.text() or "").removeprefix("\n")
        else:
            sent[name] = node.attributes.get("value") or ""
    return sent
