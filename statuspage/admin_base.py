"""What the admin of every room extends: Django's classes, times told exactly, all that is done logged."""

from typing import TYPE_CHECKING, Any, TypeAlias

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import (
    AdminSplitDateTime,
    AdminTimeWidget,
    BaseAdminDateWidget,
    BaseAdminTimeWidget,
)
from django.core.paginator import Paginator
from django.db.models import DateTimeField, Field, Model, TimeField, URLField
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from statuspage.logbook.in_admin import LoggedAdmin

# Django's own classes take no parameters when they run.
if TYPE_CHECKING:
    _BaseAdmin: TypeAlias = BaseModelAdmin[Any]
    _ModelAdmin: TypeAlias = admin.ModelAdmin[Any]
    _StackedInline: TypeAlias = admin.StackedInline[Any, Any]
    ModelForm: TypeAlias = forms.ModelForm[Any]
    _Paginator: TypeAlias = Paginator[Any]
else:
    _BaseAdmin, _ModelAdmin, _StackedInline = BaseModelAdmin, admin.ModelAdmin, admin.StackedInline
    ModelForm = forms.ModelForm
    _Paginator = Paginator

MOST_COUNTED = 10_000
DATE, TIME = "%Y-%m-%d", "%H:%M:%S"


class ZonedDateTime(AdminSplitDateTime):
    """A date and a time to the second, in every language alike, beside the zone that they are of.

    Chinese has no seconds otherwise: a form that nobody changed would then change each moment that has some.
    """

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        date, time = BaseAdminDateWidget(format=DATE), BaseAdminTimeWidget(format=TIME)
        forms.MultiWidget.__init__(self, [date, time], attrs)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        return {**context, "time_label": _("Time (%(zone)s):") % {"zone": settings.TIME_ZONE}}


class _HiddenDateTime(forms.SplitHiddenDateTimeWidget):
    """What a form remembers that it showed, where a field has a default."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, date_format=DATE, time_format=TIME)


class ZonedDateTimeField(forms.SplitDateTimeField):
    widget = ZonedDateTime
    hidden_widget = _HiddenDateTime


class _Zoned(_BaseAdmin):
    """Asks for moments in the site's zone, and says so."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if isinstance(db_field, DateTimeField):
            kwargs |= {"form_class": ZonedDateTimeField, "widget": ZonedDateTime}
        elif isinstance(db_field, TimeField):
            kwargs.setdefault("widget", AdminTimeWidget(format=TIME))
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class StackedInline(_Zoned, _StackedInline):
    """Rows that belong to another, below it."""


class AtLeast(int):
    """A number of rows that were not counted any further."""

    def __str__(self) -> str:
        return f"{int(self)}+"


class CappedPaginator(_Paginator):
    """Counts no further than people turn pages: to count millions of rows takes longer than to show some."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        counted: int = rows.order_by()[: MOST_COUNTED + 1].count()
        return AtLeast(MOST_COUNTED) if counted > MOST_COUNTED else counted


class ModelAdmin(LoggedAdmin, _Zoned, _ModelAdmin):
    """A form that nobody changed changes nothing, not even what is finer than it shows."""

    paginator = CappedPaginator
    show_full_result_count = False

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        row = super().save_form(request, form, change)
        for name in form.fields.keys() - set(form.changed_data):
            if change and isinstance(_field(row, name), DateTimeField):
                setattr(row, name, form.initial[name])
        return row

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if form.has_changed() or not change:
            super().save_model(request, obj, form, change)


def _field(row: Model, name: str) -> "Field[Any, Any] | None":
    return next((field for field in row._meta.fields if field.name == name), None)


class KeptAdmin(ModelAdmin):
    """Rows that are never deleted, because something is told or judged by them; each class says what."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyAdmin(KeptAdmin):
    """Evidence: shown, never edited."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


# An address that somebody types without a scheme.
SECURE_URLS: dict[type[Any], dict[str, Any]] = {URLField: {"assume_scheme": "https"}}
