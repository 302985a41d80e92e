"""The admin of the sources: whether each can be read, how much it brings, and a button to try it."""

from dataclasses import replace
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from statuspage import clock
from statuspage.monitoring.admin_forms import SourceForm
from statuspage.monitoring.admin_trying import TryableAdmin
from statuspage.monitoring.entries import EntrySpec, entries_of_source
from statuspage.monitoring.models import Source
from statuspage.monitoring.source_health import Health, source_healths
from statuspage.monitoring.trying import try_source
from statuspage.wording.active import said
from statuspage.wording.problems import problem

HEALTH_WORDS = {
    Health.READ: _("read"),
    Health.NEW: _("not visited yet"),
    Health.QUIET: _("far fewer posts than usual"),
    Health.BROKEN: _("broken: its silence says nothing"),
    Health.OFF: _("switched off"),
}


@admin.register(Source)
class SourceAdmin(TryableAdmin):
    form = SourceForm
    chooser = "kind"
    heading = _("Where things stand on its pages")
    last = ("interval_seconds", "enabled")
    tried_template = "admin/monitoring/tried_source.html"
    list_display = ("slug", "kind", "url", "state", "posts_a_day", "last_success_at", "trouble")
    list_filter = ("enabled", "kind")
    search_fields = ("slug", "name_zh", "name_en", "url")
    noted = ("last_attempt_at", "last_success_at", "trouble", "state", "posts_a_day")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        self._healths = {known.source.pk: known for known in source_healths(clock.now())}
        return super().get_queryset(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return super().get_readonly_fields(request, obj) + (self.noted if obj is not None else ())

    def save_model(self, request: HttpRequest, obj: Source, form: Any, change: bool) -> None:
        if any(name in ("kind", "url") or name.startswith("options_") for name in form.changed_data):
            obj.forget_validators()
        super().save_model(request, obj, form, change)

    def specs_of(self, choice: str) -> tuple[EntrySpec, ...]:
        return entries_of_source(choice)

    def may_be_tried(self, row: Source) -> bool:
        return row.kind != Source.Kind.HERE

    def tried(self, row: Source, asked: QueryDict) -> dict[str, Any]:
        """What would be read now, item by item."""
        tried = try_source(row, now=clock.now())
        problems = tuple(said(problem(text)) for text in tried.problems)
        return {"tried": replace(tried, problems=problems, error=said(problem(tried.error)))}

    @admin.display(description=_("last error"))
    def trouble(self, source: Source) -> str:
        return said(problem(source.last_error)) if source.last_error else ""

    @admin.display(description=_("state"))
    def state(self, source: Source) -> str:
        known = self._healths.get(source.pk)
        return str(HEALTH_WORDS[known.health]) if known else "–"

    @admin.display(description=_("posts a day (usually)"))
    def posts_a_day(self, source: Source) -> str:
        known = self._healths.get(source.pk)
        if known is None:
            return "–"
        usual = "–" if known.usual is None else number_format(round(known.usual, 1))
        return f"{known.day} ({usual})"
