"""Writes the entries of incidents' timelines, and gives what is public its address."""

import hashlib
import secrets
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Max

from probes.vocabulary.bilingual import Bilingual
from statuspage.incidents.models import Incident, IncidentUpdate


def public_id(*parts: object) -> str:
    """Twelve characters that follow from ``parts`` alone, so that a rebuilt row keeps its address."""
    digest = hashlib.blake2b("/".join(str(part) for part in parts).encode(), digest_size=16).digest()
    number, letters = int.from_bytes(digest, "big"), []
    for _ in range(12):
        number, index = divmod(number, 32)
        letters.append("0123456789abcdefghjkmnpqrstvwxyz"[index])
    return "".join(letters)


def new_public_id() -> str:
    """An address for what a person writes: it follows from nothing."""
    return public_id(secrets.token_hex(16))


def add_entry(
    incident: Incident,
    body: Bilingual,
    *,
    at: datetime,
    by_machine: bool = False,
    author: User | None = None,
    corrects: bool = False,
    drafted: str = "",
) -> IncidentUpdate:
    """Say ``body`` of the incident as it stands now, after all that was said of it before.

    A person's entry that ``corrects`` tells what is held to be true from now on; ``drafted`` is the language
    that a template filled in.
    """
    last = incident.updates.aggregate(last=Max("sequence"))["last"] or 0
    return IncidentUpdate.objects.create(
        incident=incident,
        sequence=last + 1,
        public_id=public_id("update", incident.key, last + 1) if by_machine else new_public_id(),
        status=incident.status,
        body_zh=body.zh,
        body_en=body.en,
        cause=incident.cause,
        certainty=incident.certainty,
        impact=incident.impact,
        affected=incident.affected,
        by_machine=by_machine,
        corrects=corrects,
        drafted=drafted,
        author=author,
        created_at=at,
    )
