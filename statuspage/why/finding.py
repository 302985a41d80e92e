"""Finds the incident that somebody means: by its number, its id, or an address of it or of an update."""

import re
from urllib.parse import urlsplit

from statuspage.incidents.models import Incident, IncidentUpdate, Maintenance

_IN_ADMIN = re.compile(r"/incidents/incident/([0-9]+)(?:/|$)")
_WORD = re.compile(r"[A-Za-z0-9]+")


class UnknownIncidentError(LookupError):
    """Nothing is meant by these words; says what was expected."""


def find_incident(words: str) -> Incident:
    """The incident with this number or id (its own or an update's), or at this address of page or admin.

    Raises :class:`UnknownIncidentError`; where the words mean planned work, it names the incidents of that.
    """
    in_admin = _IN_ADMIN.search(words)
    for candidate in [in_admin[1]] if in_admin else _candidates(words):
        found = _with_id(candidate)
        if found is not None:
            return found
    raise UnknownIncidentError(
        _of_maintenance(words)
        or f"{words[:200]!r}: there is no such incident; expected a number, an id or the address of a page"
    )


def _candidates(words: str) -> list[str]:
    """The parts of an address, what stands behind # first, then from its end; a bare id is itself."""
    parts = urlsplit(words.strip())
    return [*_WORD.findall(parts.fragment)[::-1], *_WORD.findall(parts.path)[::-1]]


def _with_id(word: str) -> Incident | None:
    by_id = Incident.objects.filter(public_id=word).first()
    if by_id is not None:
        return by_id
    update = IncidentUpdate.objects.filter(public_id=word).select_related("incident").first()
    if update is not None:
        return update.incident
    is_number = word.isascii() and word.isdecimal() and len(word) < 18
    return Incident.objects.filter(pk=int(word)).first() if is_number else None


def _of_maintenance(words: str) -> str:
    work = Maintenance.objects.filter(public_id__in=_candidates(words)).first()
    if work is None:
        return ""
    told = ", ".join(work.incidents.values_list("public_id", flat=True)) or "none"
    return f"{work.public_id} is planned work, not an incident; incidents that it explains: {told}"
