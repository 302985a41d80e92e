"""Counts what happens to incidents at the moment when it does; no number here ever falls."""

from django.db.models import F

from statuspage.incidents.models import IncidentTotal


def note_opened(cause: str) -> None:
    """One more incident was opened with this cause; call it in the transaction that opens it."""
    _add(cause, became="")


def note_corrected(cause: str, became: str) -> None:
    """An incident of ``cause`` is held to be of another from now on; nothing where it is the same."""
    if cause != became:
        _add(cause, became=became)


def opened_ever() -> dict[str, int]:
    """How many incidents were opened with each cause that was ever met."""
    return dict(IncidentTotal.objects.filter(became="").values_list("cause", "count"))


def corrected_ever() -> dict[tuple[str, str], int]:
    """How many were corrected, by the cause before and after."""
    rows = IncidentTotal.objects.exclude(became="").values_list("cause", "became", "count")
    return {(cause, became): count for cause, became, count in rows}


def _add(cause: str, *, became: str) -> None:
    row, _ = IncidentTotal.objects.get_or_create(cause=cause, became=became)
    IncidentTotal.objects.filter(pk=row.pk).update(count=F("count") + 1)
