"""The admin of the sources: whether each can be read, how much it brings, and a button to try it."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from statuspage.monitoring.admin_catalog import CatalogAdmin
from statuspage.monitoring.models import Source
from statuspage.monitoring.source_health import Health, source_healths
from statuspage.monitoring.trying import try_source

HEALTH_WORDS = {
    Health.READ: _("read"),
    Health.NEW: _("not visited yet"),
    Health.QUIET: _("far fewer posts than usual"),
    Health.BROKEN: _("broken: its silence says nothing"),
    Health.OFF: _("switched off"),
}


@admin.register(Source)
class SourceAdmin(CatalogAdmin):
    list_display = ("slug", "kind", "url", "state", "posts_a_day", "last_success_at", "last_error")
    list_filter = ("enabled", "kind")
    search_fields = ("slug", "name_zh", "name_en", "url")
    noted = ("last_attempt_at", "last_success_at", "last_error", "state", "posts_a_day")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        self._healths = {known.source.pk: known for known in source_healths(timezone.now())}
        return super().get_queryset(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return super().get_readonly_fields(request, obj) + (self.noted if obj is not None else ())

    def get_urls(self) -> list[URLPattern]:
        trying = self.admin_site.admin_view(require_POST(self.try_view))
        return [path("<path:object_id>/try/", trying, name="monitoring_source_try"), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Source, form: Any, change: bool) -> None:
        if {"kind", "url", "options"} & {*form.changed_data}:
            obj.forget_validators()
        super().save_model(request, obj, form, change)

    def try_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What would be read now, item by item; nothing is stored."""
        source = self.get_object(request, object_id)
        if source is None or source.kind == Source.Kind.HERE:
            raise Http404
        if not self.has_change_permission(request, source):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": source,
            "title": _("What would be read from %(source)s") % {"source": source},
            "tried": try_source(source, now=timezone.now()),
        }
        return TemplateResponse(request, "admin/monitoring/source/try.html", context)

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
