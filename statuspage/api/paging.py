"""Pages of rows by key: what is new meanwhile shifts nothing."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import Http404

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage(Generic[Row]):
    """Some of the rows; ``next`` is the id after which the others come, None where there are none."""

    total: int
    items: list[Row]
    next: str | None


def page_of(
    rows: QuerySet[Row], *, newest_by: str, id_field: str, after: str | None, limit: int
) -> ListPage[Row]:
    """``limit`` of ``rows``, the latest by ``newest_by`` first, after the one with id ``after``.

    Raises Http404 where no row has that id.
    """
    total = rows.count()
    if after is not None:
        last = one(rows.model._default_manager.all(), id_field, after)
        value = getattr(last, newest_by)
        rows = rows.filter(Q(**{f"{newest_by}__lt": value}) | Q(**{newest_by: value, "pk__lt": last.pk}))
    found = list(rows.order_by(f"-{newest_by}", "-pk")[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    return ListPage(total=total, items=found, next=getattr(found[-1], id_field) if more else None)


def chosen(rows: QuerySet[Row], **asked: object) -> QuerySet[Row]:
    """Those of ``rows`` that are as asked, where None asks for nothing; no database has unprintable texts."""
    given = {field: value for field, value in asked.items() if value is not None}
    possible = all(value.isprintable() for value in given.values() if isinstance(value, str))
    return rows.filter(**given) if possible else rows.none()


def one(rows: QuerySet[Row], field: str, value: str) -> Row:
    """The row whose ``field`` is ``value``; Http404 where there is none."""
    found = chosen(rows, **{field: value}).first()
    if found is None:
        raise Http404(f"There is no {rows.model._meta.model_name} {value!r}.")
    return found
