"""The admin of planned work that comes again: a rule, the zone that it is meant in, and what comes of it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Count, Min, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from probes.vocabulary.states import MaintenanceStatus
from statuspage import clock
from statuspage.admin_base import KeptAdmin, ModelForm
from statuspage.incidents.admin.base import SIDE_BY_SIDE, PublicAdmin
from statuspage.incidents.models import MaintenanceSeries
from statuspage.incidents.recurrence import FARTHEST, RuleError, check
from statuspage.incidents.series import follow, read_days, recurrence_of, to_come
from statuspage.wording.active import said

SHOWN = 8
USUAL_RULES = (
    ("FREQ=DAILY", _("every day")),
    ("FREQ=WEEKLY", _("every week, on the day of the first")),
    ("FREQ=WEEKLY;INTERVAL=2", _("every other week")),
    ("FREQ=MONTHLY", _("every month, on the day of the first")),
    ("FREQ=MONTHLY;BYDAY=1SU", _("on the first Sunday of the month")),
    ("FREQ=MONTHLY;BYDAY=-1SU", _("on the last Sunday of the month")),
)
WRONG_RULES: Mapping[str, Any] = {
    "unreadable": _("This part of the rule cannot be read: %(part)s"),
    "unknown": _("This part of a rule is not known here: %(part)s"),
    "frequency": _("A rule begins with FREQ=DAILY, FREQ=WEEKLY, FREQ=MONTHLY or FREQ=YEARLY."),
    "both_ends": _("COUNT and UNTIL exclude each other."),
    "never": _("No day fits this rule within nine years."),
    "first": _("The first day is none of the rule's: the next one that is would be %(part)s."),
}


class RuleInput(forms.TextInput):
    """A line to type a rule into, with the usual ones to choose from."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        shown = super().render(name, value, {**(attrs or {}), "list": f"usual_{name}"}, renderer)
        usual = format_html_join("", '<option value="{}">{}</option>', USUAL_RULES)
        return format_html('{}<datalist id="usual_{}">{}</datalist>', shown, name, usual)


class SeriesForm(ModelForm):
    zone = forms.ChoiceField(
        label=_("time zone"), choices=lambda: [(name, name) for name in sorted(available_timezones())]
    )

    def clean_except_on(self) -> str:
        text = str(self.cleaned_data["except_on"])
        try:
            return "\n".join(f"{day}" for day in sorted(set(read_days(text))))
        except ValueError as error:
            raise forms.ValidationError(
                _("This is no day such as 2026-12-27: %(day)s") % {"day": error}
            ) from error

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            self._check_rule(cleaned)
        return cleaned

    def _check_rule(self, cleaned: dict[str, Any]) -> None:
        names = ("rule", "first_on", "starts_at", "zone", "except_on")
        try:
            check(recurrence_of(MaintenanceSeries(**{name: cleaned[name] for name in names})))
        except RuleError as error:
            field = "first_on" if error.kind == "first" else "rule"
            self.add_error(field, WRONG_RULES[error.kind] % {"part": error.part})


@admin.register(MaintenanceSeries)
class MaintenanceSeriesAdmin(KeptAdmin, PublicAdmin):
    """What it brings in the next weeks is made when it is saved; what a person changed there stays.

    Calendars know of what was made: end it by its switch instead of deleting it.
    """

    form = SeriesForm
    filter_horizontal = ("components",)
    formfield_overrides = SIDE_BY_SIDE
    list_display = ("title", "rule", "zone", "active", "next_at", "planned")
    list_filter = ("active",)
    search_fields = ("title_zh", "title_en")
    readonly_fields = ("coming",)
    fieldsets = (
        (
            _("What is told"),
            {
                "fields": (("title_zh", "title_en"), ("body_zh", "body_en"), "components"),
                "classes": ("bilingual",),
            },
        ),
        (
            _("When"),
            {
                "fields": (
                    ("first_on", "starts_at", "minutes"),
                    "zone",
                    "rule",
                    "except_on",
                    "remind_hours",
                    "active",
                    "coming",
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[MaintenanceSeries]:
        ahead = Q(occurrences__status=MaintenanceStatus.SCHEDULED)
        rows: QuerySet[MaintenanceSeries] = super().get_queryset(request)
        return rows.annotate(
            next_start=Min("occurrences__starts_at", filter=ahead), ahead=Count("occurrences", filter=ahead)
        )

    @admin.display(description=_("title"), ordering="title_en")
    def title(self, row: MaintenanceSeries) -> str:
        return said(row.title)

    @admin.display(description=_("next"), ordering="next_start")
    def next_at(self, row: Any) -> str:
        return f"{localtime(row.next_start):%Y-%m-%d %H:%M}" if row.next_start else "–"

    @admin.display(description=_("planned"))
    def planned(self, row: Any) -> int:
        return int(row.ahead)

    @admin.display(description=_("comes next, by the clock of its zone"))
    def coming(self, row: MaintenanceSeries) -> str | SafeString:
        if row.pk is None:
            return "–"
        now, zone = clock.now(), ZoneInfo(row.zone)
        found = to_come(row, now=now, until=now + FARTHEST).values()
        times = ((f"{one.starts_at.astimezone(zone):%Y-%m-%d %H:%M (UTC%z)}",) for one in list(found)[:SHOWN])
        return format_html_join("", "{}<br>", times) or "–"

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "rule":
            kwargs["widget"] = RuleInput(attrs={"class": "vTextField"})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        day = localtime(clock.now()).date() + timedelta(days=1)
        return {"zone": settings.TIME_ZONE, "first_on": day, **super().get_changeform_initial_data(request)}

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        follow(form.instance, now=clock.now())
