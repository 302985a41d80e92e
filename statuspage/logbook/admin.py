"""The log in the admin: read, filtered and searched, never edited."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from statuspage.admin_base import ReadOnlyAdmin
from statuspage.logbook.models import Deed
from statuspage.logbook.showing import ShownChange, changes_of, doer_of, moment, object_of, what_of

IN_LIST = 3
CUT = 60


class ObjectFilter(admin.SimpleListFilter):
    """By the kind of object; what kinds there are is known without asking the table."""

    title = _("kind of object")
    parameter_name = "of"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        models = model_admin.admin_site._registry
        return sorted(((one._meta.label_lower, capfirst(one._meta.verbose_name)) for one in models), key=str)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Deed]) -> QuerySet[Deed]:
        return queryset.filter(model=self.value()) if self.value() else queryset


@admin.register(Deed)
class DeedAdmin(ReadOnlyAdmin):
    """Newest first."""

    list_display = ("in_zone", "whence", "done", "of", "short")
    list_filter = ("at", "by", "kind", ("user", admin.RelatedOnlyFieldListFilter), ObjectFilter)
    search_fields = ("who", "what", "object_name", "network", "object_id")
    date_hierarchy = "at"
    ordering = ("-id",)
    list_per_page = 50
    show_full_result_count = False
    fields = ("when", "doer", "network", "done", "of", "whole")
    readonly_fields = fields

    @admin.display(description=_("at"), ordering="id")
    def when(self, deed: Deed) -> str:
        return moment(deed.at)

    @admin.display(description=format_lazy("{} ({})", _("at"), settings.TIME_ZONE), ordering="id")
    def in_zone(self, deed: Deed) -> str:
        return f"{timezone.localtime(deed.at):%Y-%m-%d %H:%M:%S}"

    @admin.display(description=_("who"), ordering="who")
    def whence(self, deed: Deed) -> SafeString:
        return format_html("{}<br><small>{}</small>", doer_of(deed), deed.network)

    @admin.display(description=_("who"), ordering="who")
    def doer(self, deed: Deed) -> str:
        return doer_of(deed)

    @admin.display(description=_("what"))
    def done(self, deed: Deed) -> str:
        return what_of(deed)

    @admin.display(description=_("object"))
    def of(self, deed: Deed) -> SafeString | str:
        """Kind and name, leading to its page where the admin has one."""
        app, _dot, model = deed.model.partition(".")
        try:
            address = reverse(f"admin:{app}_{model}_change", args=[deed.object_id]) if deed.object_id else ""
        except NoReverseMatch:
            address = ""
        return format_html('<a href="{}">{}</a>', address, object_of(deed)) if address else object_of(deed)

    @admin.display(description=_("before and after"))
    def short(self, deed: Deed) -> SafeString:
        changes = list(changes_of(deed))
        told = format_html_join("", "<div>{}: {} → {}</div>", map(_short, changes[:IN_LIST]))
        more = len(changes) - IN_LIST
        return told + (format_html("<div>+{}</div>", more) if more > 0 else SafeString(""))

    @admin.display(description=_("before and after"))
    def whole(self, deed: Deed) -> SafeString | str:
        rows = [(each.field, each.before, each.after) for each in changes_of(deed)]
        if not rows:
            return "–"
        heads = (_("field"), _("before"), _("after"))
        head = format_html_join("", "<th scope='col'>{}</th>", ((text,) for text in heads))
        body = format_html_join("", "<tr><th scope='row'>{}</th><td>{}</td><td>{}</td></tr>", rows)
        return format_html("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", head, body)


def _short(change: ShownChange) -> tuple[str, str, str]:
    return change.field, _cut(change.before), _cut(change.after)


def _cut(text: str) -> str:
    return text if len(text) <= CUT else f"{text[:CUT]}…"
