"""What asks for a page elsewhere, as a probe of ours asks for it; or why none can."""

from collections.abc import Iterable

from probes.network.names import wire_url
from statuspage.importing.given import Given
from statuspage.importing.values import CarriedProbe, LeftOut


def asked_page(
    row: Given, name: str, *, beside: Iterable[str], left_out: list[LeftOut]
) -> CarriedProbe | None:
    """The probe for ``url`` and ``method`` of ``row``; None where ours cannot ask so, which is told.

    What stands in fields ``beside`` them, such as headers with secrets, is left out, too.
    """

    def leave(what: str, why: str) -> None:
        left_out.append(LeftOut(where=row.where, what=f"{what} of {name!r}", why=why))

    url, method = row.required("url"), row.text("method", "GET").upper()
    if problem := _problem(url, method):
        leave("check", problem)
        return None
    for part in beside:
        if row.has(part):
            leave(part, "add it to the probe, secrets by reference")
    return CarriedProbe(url=url, operation=method.lower())


def _problem(url: str, method: str) -> str:
    """Why ours cannot ask for it; nothing where they can."""
    if not url.lower().startswith(("http://", "https://")):
        return "we ask for pages by http and https, of addresses that stand there in full"
    if method not in {"GET", "HEAD"}:
        return f"we ask by GET and HEAD, not by {method}"
    try:
        wire_url(url)
    except ValueError as error:
        return str(error)
    return ""
