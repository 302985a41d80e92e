"""The admin of what is watched, of the code book, and of what was measured."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from probes.instrument import codebook
from probes.instrument.catalog import connect_to_problems
from probes.instrument.gateways.registry import DIALECTS
from probes.instrument.gateways.vault import variable_problems
from probes.vocabulary.outcomes import Outcome
from statuspage import clock
from statuspage.admin_base import ModelAdmin, ModelForm, ReadOnlyAdmin
from statuspage.monitoring.admin_blocks import CheckBlockAdmin as CheckBlockAdmin
from statuspage.monitoring.admin_catalog import CatalogAdmin
from statuspage.monitoring.admin_forms import EndpointForm, PersonaForm
from statuspage.monitoring.admin_reports import ReportAdmin as ReportAdmin
from statuspage.monitoring.admin_sources import SourceAdmin as SourceAdmin
from statuspage.monitoring.admin_trying import TryableAdmin
from statuspage.monitoring.codes import forget_mapped
from statuspage.monitoring.models import (
    CheckResult,
    CodeRule,
    Component,
    ComponentGroup,
    Endpoint,
    Persona,
    Probe,
    UnmappedAnswer,
    UsualPage,
    Vantage,
)
from statuspage.monitoring.trying_probes import try_probe
from statuspage.monitoring.usual import accept
from statuspage.wording.active import said
from statuspage.wording.trials import WORDS


@admin.register(ComponentGroup)
class ComponentGroupAdmin(CatalogAdmin):
    list_display = ("slug", "name_zh", "name_en", "position")
    list_editable = ("position",)


@admin.register(Component)
class ComponentAdmin(CatalogAdmin):
    list_display = ("slug", "name_zh", "name_en", "group", "product", "position", "caution", "retired")
    list_editable = ("position",)
    list_filter = ("group", "retired")


@admin.register(Persona)
class PersonaAdmin(CatalogAdmin):
    form = PersonaForm
    fixed = ("slug", "risk_tier")
    list_display = ("slug", "name_zh", "name_en", "risk_tier")
    list_filter = ("risk_tier",)


class VantageForm(ModelForm):
    def clean_connect_to(self) -> dict[str, str]:
        connect_to: dict[str, str] = self.cleaned_data["connect_to"] or {}
        problems = connect_to_problems(connect_to) if isinstance(connect_to, dict) else [repr(connect_to)]
        if problems:
            raise forms.ValidationError(problems)
        return connect_to


@admin.register(Vantage)
class VantageAdmin(CatalogAdmin):
    form = VantageForm
    list_display = ("slug", "name_zh", "name_en")


@admin.register(Endpoint)
class EndpointAdmin(CatalogAdmin):
    form = EndpointForm
    list_display = ("slug", "name_zh", "name_en", "gateway", "base_url")
    list_filter = ("gateway",)
    search_fields = ("slug", "name_zh", "name_en", "base_url")


class ProbeForm(ModelForm):
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        endpoint, operation = cleaned.get("endpoint"), cleaned.get("operation")
        dialect = DIALECTS.get(endpoint.gateway) if endpoint else None
        allowed = dialect.operations if dialect else ()
        if endpoint and operation not in allowed:
            self.add_error("operation", _("one of: %(names)s") % {"names": ", ".join(allowed)})
        headers = (cleaned.get("options") or {}).get("headers")
        if isinstance(headers, dict) and (problems := list(variable_problems(headers))):
            self.add_error("options", problems)
        return cleaned


@admin.register(Probe)
class ProbeAdmin(TryableAdmin):
    form = ProbeForm
    fixed = ("slug", "component", "persona", "vantage", "created_at")
    list_display = ("slug", "component", "persona", "vantage", "endpoint", "interval_seconds", "enabled")
    list_filter = ("enabled", "component", "persona__risk_tier", "persona", "vantage", "endpoint")
    list_select_related = ("component", "persona", "vantage", "endpoint")
    search_fields = ("slug",)
    actions = ("enable", "disable")

    def tried(self, row: Probe, asked: QueryDict) -> dict[str, Any]:
        """One check made now, step by step, as the vantage that was chosen or else the probe's own."""
        chosen = asked.get("vantage", row.vantage.slug)
        vantage = get_object_or_404(Vantage, slug=chosen)
        return {
            "title": _("What a check of %(probe)s shows") % {"probe": row},
            "words": {key: said(sentence.say()) for key, sentence in WORDS.items()},
            "chosen": chosen,
            "vantages": Vantage.objects.values_list("slug", flat=True),
            "tried": try_probe(row, vantage=vantage, clock=clock.calibrated()),
        }

    @admin.action(description=_("Enable the selected probes"))
    def enable(self, request: HttpRequest, queryset: QuerySet[Probe]) -> None:
        queryset.update(enabled=True)

    @admin.action(description=_("Disable the selected probes"))
    def disable(self, request: HttpRequest, queryset: QuerySet[Probe]) -> None:
        queryset.update(enabled=False)


class CodeRuleForm(ModelForm):
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
    list_display = (
        "probe",
        "tick",
        "outcome",
        "excluded",
        "error",
        "http_status",
        "code",
        "message",
        "latency_ms",
    )
    list_filter = (
        "outcome",
        "excluded",
        "probe__component",
        "probe__persona",
        "probe__vantage",
        "hung_phase",
    )
    list_select_related = ("probe",)
    search_fields = ("probe__slug", "code", "message")
    ordering = ("-id",)
    # Counting millions of rows would take longer than showing a hundred.
    show_full_result_count = False
