"""What the API answers with of planned work that comes again, read from the rows of its series."""

from datetime import date, datetime, time

from ninja import Schema
from pydantic import Field

from statuspage.api import examples
from statuspage.api.bodies import Both, RowBody
from statuspage.api.examples import example
from statuspage.incidents.models import MaintenanceSeries
from statuspage.incidents.series import read_days


class SeriesBody(RowBody):
    """Planned work that comes again; each time of it is a maintenance of its own, sixty days ahead."""

    model_config = example(examples.SERIES)
    id: str = Field(description="``series`` of each of its maintenances.")
    title: Both
    body: Both
    components: list[str]
    rule: str = Field(description="Of iCalendar (RFC 5545, RRULE).")
    first_on: date
    starts_at: time = Field(description="By the wall clock of ``zone``.")
    zone: str
    minutes: int = Field(description="How long each takes.")
    except_on: list[date]
    updated_at: datetime

    @staticmethod
    def resolve_except_on(row: MaintenanceSeries) -> list[date]:
        return sorted(read_days(row.except_on))


class SeriesList(Schema):
    """All that comes again now."""

    model_config = example({"items": [examples.SERIES]})
    items: list[SeriesBody]
