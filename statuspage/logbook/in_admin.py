"""What every admin does for the log: forms, actions and deletions write to it, a row's history reads it."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

from django.contrib import admin
from django.contrib.admin.actions import delete_selected
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from statuspage import clock
from statuspage.logbook.deeds import note_deed, noted_action
from statuspage.logbook.models import Deed, DeedKind
from statuspage.logbook.showing import shown
from statuspage.logbook.values import Change, changes_between, stored_values, values_of, what_was_said

if TYPE_CHECKING:
    _Admin: TypeAlias = admin.ModelAdmin[Any]
else:  # Django's own class takes no parameters when it runs
    _Admin = admin.ModelAdmin

PER_PAGE = 100
Changes = tuple[Change, ...]
Action = Callable[[Any, HttpRequest, QuerySet[Any]], HttpResponse | None]


class LoggedAdmin(_Admin):
    """Notes each change in the transaction that makes it; where nothing changed, nothing is noted."""

    object_history_template = "admin/logbook/history.html"

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        form.held = stored_values(form.instance) if change else {}
        return super().save_form(request, form, change)

    def construct_change_message(  # type: ignore[override]  # Django keeps English sentences; these are values
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Changes:
        """What differs now that all is saved: of the row itself, and of rows below it."""
        held = getattr(form, "held", None)
        own = _typed(form) if held is None else _own(form.instance, held)
        return own + tuple(change for formset in formsets or () for change in _below(formset))

    def log_addition(self, request: HttpRequest, obj: Model, message: Changes) -> Any:
        return note_deed(DeedKind.ADDED, obj, now=clock.now(), changes=message)

    def log_change(self, request: HttpRequest, obj: Model, message: Changes) -> Any:
        return note_deed(DeedKind.CHANGED, obj, now=clock.now(), changes=message) if message else None

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Model]) -> Any:
        now = clock.now()
        return [
            note_deed(DeedKind.DELETED, row, now=now, changes=changes_between(type(row), values_of(row), {}))
            for row in queryset
        ]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Django's, each noted for every row that was chosen; deleting is noted by itself."""
        actions: dict[str, Any] = super().get_actions(request)
        return {
            name: (act if act is delete_selected else _noted(act, words), name, words)
            for name, (act, _name, words) in actions.items()
        }

    def _filter_actions_by_permissions(self, request: HttpRequest, actions: list[Any]) -> list[Any]:
        """Django's; an action that names no permission is for who may change the rows."""
        may_change = self.has_change_permission(request)
        stated = [each for each in actions if may_change or hasattr(each[0], "allowed_permissions")]
        return super()._filter_actions_by_permissions(request, stated)  # type: ignore[misc,no-any-return]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's; an action that somebody may not carry out is refused, not passed over."""
        asked = {*request.POST.getlist("action")} - {""} if request.method == "POST" else set()
        known = {name for _act, name, _words in self._get_base_actions()}  # type: ignore[attr-defined]
        if asked & known - self.get_actions(request).keys():
            raise PermissionDenied
        return super().changelist_view(request, extra_context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What was done to one row, newest first."""
        row = self.get_object(request, object_id)
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined,no-any-return]  # Django's own
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        deeds = Deed.objects.filter(model=self.opts.label_lower, object_id=str(row.pk))
        page = Paginator(deeds, PER_PAGE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Change history: %s") % row,
            "deeds": page,
            "shown": [shown(deed) for deed in page],
            "module_name": str(capfirst(self.opts.verbose_name_plural)),
            "object": row,
            "opts": self.opts,
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)


def _noted(act: Action, words: object) -> Action:
    def noted(own: Any, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        with noted_action(words, rows, now=clock.now()):
            return act(own, request, rows)

    return noted


def _own(row: Model, held: Any) -> Changes:
    return changes_between(type(row), held, stored_values(row))


def _typed(form: Any) -> Changes:
    """Of a form that is none of a row, such as that of a password: which fields were filled in."""
    return tuple(Change(field=name, before=None, after="•••") for name in form.changed_data)


def _below(formset: Any) -> Iterable[Change]:
    """Rows that were added, changed or deleted below another, each by what it is called."""
    name = str(formset.model._meta.label_lower)
    for row in formset.new_objects:
        yield what_was_said(row)
    for row, fields in formset.changed_objects:
        yield Change(field=name, before=", ".join(fields), after=what_was_said(row).after)
    for row in formset.deleted_objects:
        yield Change(field=name, before=what_was_said(row).after, after=None)
