"""The admin of what users say: read it, hide what must not be seen, correct what was misread."""

from typing import Any

import msgspec
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from probes.vocabulary.symptoms import Product, Symptom
from statuspage import clock
from statuspage.admin_base import SECURE_URLS, KeptAdmin
from statuspage.monitoring.models import Report
from statuspage.monitoring.moderation import labelled_reports, relabel_report, set_hidden

SHOWN = 120


@admin.register(Report)
class ReportAdmin(KeptAdmin):
    """Symptom, product and hiding are edited in the list; everything else is as it was said.

    A report that was judged is evidence: hide it instead of deleting it.
    """

    formfield_overrides = SECURE_URLS
    list_display = ("said", "symptom", "product", "hidden", "probability", "at")
    list_display_links = ("said",)
    list_editable = ("symptom", "product", "hidden")
    list_filter = ("symptom", "hidden", ("relabelled_at", admin.EmptyFieldListFilter), "product", "source")
    list_select_related = ("source",)
    list_per_page = 50
    search_fields = ("text",)
    date_hierarchy = "at"
    ordering = ("-id",)
    show_full_result_count = False
    fields = (
        "text",
        "symptom",
        "product",
        "hidden",
        "read_as",
        "relabelled_at",
        "probability",
        "source",
        "at",
        "published_at",
        "repost_of",
    )
    readonly_fields = tuple(name for name in fields if name not in {"symptom", "product", "hidden"})
    actions = ("hide", "show", "confirm", "export")

    @admin.display(description=_("text"))
    def said(self, report: Report) -> str:
        text = report.text or "–"
        return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Report, form: Any, change: bool) -> None:
        now = clock.now()
        if "hidden" in form.changed_data:
            set_hidden(ids=[obj.pk], hidden=obj.hidden, now=now)
        if {"symptom", "product"} & set(form.changed_data):
            relabel_report(
                report_id=obj.pk, symptom=Symptom(obj.symptom), product=Product(obj.product), now=now
            )

    @admin.action(description=_("Hide the selected reports"), permissions=["change"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        self._tell(request, set_hidden(ids=_ids(queryset), hidden=True, now=clock.now()))

    @admin.action(description=_("Show the selected reports"), permissions=["change"])
    def show(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        self._tell(request, set_hidden(ids=_ids(queryset), hidden=False, now=clock.now()))

    @admin.action(description=_("Confirm the symptom, to learn from"), permissions=["change"])
    def confirm(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        now = clock.now()
        told = [
            relabel_report(report_id=pk, symptom=Symptom(symptom), now=now)
            for pk, symptom in queryset.values_list("pk", "symptom")
        ]
        self._tell(request, sum(told))

    @admin.action(description=_("Download the labelled ones, to train from"), permissions=["view"])
    def export(self, request: HttpRequest, queryset: QuerySet[Report]) -> HttpResponse:
        lines = b"".join(msgspec.json.encode(row) + b"\n" for row in labelled_reports(_ids(queryset)))
        headers = {"Content-Disposition": 'attachment; filename="labels.jsonl"'}
        return HttpResponse(lines, content_type="application/jsonl; charset=utf-8", headers=headers)

    def _tell(self, request: HttpRequest, changed: int) -> None:
        told = ngettext("%(n)d report changed.", "%(n)d reports changed.", changed) % {"n": changed}
        self.message_user(request, told, messages.SUCCESS)


def _ids(queryset: QuerySet[Report]) -> list[int]:
    return list(queryset.values_list("pk", flat=True))
