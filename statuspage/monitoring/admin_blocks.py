"""The admin of results that are packed: by probe and hour, each with its checks."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from statuspage.admin_base import ReadOnlyAdmin
from statuspage.monitoring.blocks import Result, unpack
from statuspage.monitoring.models import CheckBlock

SHOWN = ("tick", "outcome", "excluded", "error", "http_status", "code", "message", "latency_ms")


@admin.register(CheckBlock)
class CheckBlockAdmin(ReadOnlyAdmin):
    """Results of up to some hours ago are rows of their own: :class:`CheckResultAdmin`."""

    list_display = ("probe", "start", "count")
    list_filter = ("probe__component", "probe__persona", "probe__vantage")
    list_select_related = ("probe",)
    search_fields = ("probe__slug",)
    date_hierarchy = "start"
    ordering = ("-start", "probe")
    show_full_result_count = False
    fields = readonly_fields = ("probe", "start", "results")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """A list shows no bodies."""
        return super().get_queryset(request).defer("body")

    @admin.display(description=_("check results"))
    def results(self, block: CheckBlock) -> str:
        heads = format_html_join("", "<th>{}</th>", ((name,) for name in SHOWN))
        lines = format_html_join("", "<tr>{}</tr>", ((line,) for line in _lines(unpack(bytes(block.body)))))
        return format_html("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", heads, lines)


def _lines(results: Iterable[Result]) -> Iterator[SafeString]:
    for result in results:
        told = (localtime(result.tick).isoformat(sep=" "), *(getattr(result, name) for name in SHOWN[1:]))
        yield format_html_join("", "<td>{}</td>", (("" if part is None else part,) for part in told))
