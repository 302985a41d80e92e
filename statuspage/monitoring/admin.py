"""The admin of what is watched, of the code book, and of what was measured."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from probes.instrument import codebook
from probes.vocabulary.outcomes import Outcome
from statuspage.admin_base import ModelAdmin, ModelForm, ReadOnlyAdmin
from statuspage.monitoring.admin_blocks import CheckBlockAdmin as CheckBlockAdmin
from statuspage.monitoring.admin_catalog import CatalogAdmin, ShortFilter
from statuspage.monitoring.admin_entries import EntriesAdmin
from statuspage.monitoring.admin_forms import GATEWAYS, PersonaForm, VantageForm
from statuspage.monitoring.admin_pausing import PausingAdmin
from statuspage.monitoring.admin_probes import EndpointAdmin as EndpointAdmin
from statuspage.monitoring.admin_probes import ProbeAdmin as ProbeAdmin
from statuspage.monitoring.admin_reports import ReportAdmin as ReportAdmin
from statuspage.monitoring.admin_sources import SourceAdmin as SourceAdmin
from statuspage.monitoring.admin_transfer import TransferAdmin
from statuspage.monitoring.codes import forget_mapped
from statuspage.monitoring.entries import OF_PAYERS, EntrySpec
from statuspage.monitoring.models import (
    CheckResult,
    CodeRule,
    Component,
    ComponentGroup,
    Persona,
    UnmappedAnswer,
    UsualPage,
    Vantage,
)
from statuspage.monitoring.usual import accept

EVIDENCE_LIST = "admin/monitoring/catalog_change_list.html"  # on a phone row by row, as those of the catalog


@admin.register(ComponentGroup)
class ComponentGroupAdmin(CatalogAdmin):
    list_display = ("slug", "name_zh", "name_en", "position")
    list_editable = ("position",)


@admin.register(Component)
class ComponentAdmin(TransferAdmin, PausingAdmin):
    pickers = ("group",)
    list_display = ("slug", "name_zh", "name_en", "group", "product", "position", "caution", "retired")
    list_editable = ("position",)
    list_filter = ("group", "retired")
    list_select_related = ("group",)


@admin.register(Persona)
class PersonaAdmin(EntriesAdmin):
    form = PersonaForm
    heading = _("Test account, as its gateways need it")
    fixed = ("slug", "risk_tier")
    list_display = ("slug", "name_zh", "name_en", "risk_tier")
    list_filter = ("risk_tier",)

    def specs_of(self, choice: str) -> tuple[EntrySpec, ...]:
        return OF_PAYERS


@admin.register(Vantage)
class VantageAdmin(PausingAdmin):
    form = VantageForm
    list_display = ("slug", "name_zh", "name_en")


class CodeRuleForm(ModelForm):
    dialect = forms.ChoiceField(label=_("dialect"), required=False, choices=[("", _("any")), *GATEWAYS])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not (cleaned.get("http_status") or cleaned.get("code") or cleaned.get("pattern")):
            raise forms.ValidationError(_("Name a status, a code or a pattern: this would fit every answer."))
        try:
            codebook.AnswerRule(pattern=cleaned.get("pattern", ""), outcome=Outcome.DECLINED_UNKNOWN)
        except ValueError as error:
            self.add_error("pattern", str(error))
        return cleaned


@admin.register(CodeRule)
class CodeRuleAdmin(ModelAdmin):
    """What it says goes before the rules that are shipped, from the next batch of checks on."""

    form = CodeRuleForm
    list_display = ("__str__", "dialect", "note", "created_at")
    list_filter = ("outcome", "dialect")
    search_fields = ("code", "pattern", "note")

    def save_model(self, request: HttpRequest, obj: CodeRule, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        forget_mapped()


@admin.register(UnmappedAnswer)
class UnmappedAnswerAdmin(ReadOnlyAdmin):
    change_list_template = EVIDENCE_LIST
    list_display = ("http_status", "code", "message", "outcome", "count", "first_seen", "last_seen", "teach")
    list_filter = ("outcome", "http_status")
    search_fields = ("code", "message")
    ordering = ("-count",)

    @admin.display(description=_("teach"))
    def teach(self, answer: UnmappedAnswer) -> str:
        known = {"http_status": answer.http_status or "", "code": answer.code, "outcome": answer.outcome}
        url = f"{reverse('admin:monitoring_coderule_add')}?{urlencode(known)}"
        return format_html('<a href="{}">{}</a>', url, _("Add a code rule"))


@admin.register(UsualPage)
class UsualPageAdmin(ReadOnlyAdmin):
    """A page that changed for good is called usual by itself after a day, or here at once."""

    change_list_template = EVIDENCE_LIST
    list_display = ("probe", "usually", "instead", "other_since", "others")
    list_filter = (("other", admin.EmptyFieldListFilter),)
    list_select_related = ("probe",)
    search_fields = ("probe__slug",)
    ordering = ("-other_since", "probe__slug")
    actions = ("accept_as_good",)

    @admin.display(description=_("usual"))
    def usually(self, page: UsualPage) -> str:
        return "; ".join(map(_shape_in_words, page.usual)) or str(_("still learning"))

    @admin.display(description=_("now instead"))
    def instead(self, page: UsualPage) -> str:
        return _shape_in_words(page.other) if page.other else ""

    @admin.action(description=_("Accept as good what comes now"), permissions=["accept"])
    def accept_as_good(self, request: HttpRequest, queryset: QuerySet[UsualPage]) -> None:
        for page in queryset.filter(other__isnull=False):
            accept(page)

    def has_accept_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("monitoring.change_usualpage")


def _shape_in_words(shape: Mapping[str, Any]) -> str:
    heading = shape["heading"] if shape["heading"] is not None else _("heading varies")
    return f"{shape['kind']} · {heading} · {shape['length']}"


@admin.register(CheckResult)
class CheckResultAdmin(ReadOnlyAdmin):
    change_list_template = EVIDENCE_LIST
    list_display = ("probe", "tick", "outcome", "excluded", "answer", "latency_ms")
    list_filter = (
        "outcome",
        "excluded",
        ("probe__component", ShortFilter),
        ("probe__persona", ShortFilter),
        ("probe__vantage", ShortFilter),
        "hung_phase",
    )
    list_select_related = ("probe",)
    search_fields = ("probe__slug", "code", "message")
    ordering = ("-id",)
    # Counting millions of rows would take longer than showing a hundred.
    show_full_result_count = False

    @admin.display(description=_("answer"))
    def answer(self, result: CheckResult) -> str:
        parts = (result.error, result.http_status, result.code, result.message)
        return " ".join(str(part) for part in parts if part) or "–"
