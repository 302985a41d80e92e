"""The admin of endpoints and probes: forms by gateway, checks that are tried as the form stands."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from statuspage import clock
from statuspage.monitoring.admin_catalog import ShortFilter
from statuspage.monitoring.admin_forms import EndpointForm, ProbeForm, operations_of
from statuspage.monitoring.admin_pausing import PausingAdmin
from statuspage.monitoring.admin_trying import TryableAdmin, TryChoice
from statuspage.monitoring.entries import EntrySpec, credentials_of, options_of
from statuspage.monitoring.models import Endpoint, Persona, Probe, Vantage
from statuspage.monitoring.recent import SHOWN, recent
from statuspage.monitoring.results import latest_results
from statuspage.monitoring.trying_probes import try_probe
from statuspage.wording.active import said
from statuspage.wording.trials import WORDS

TRIED = "admin/monitoring/tried_check.html"
# What the try of an endpoint, which has no name yet, calls itself.
NAMELESS = "new"
TRIED_TIMEOUT_S = 10.0
UNPAUSED: dict[str, Any] = {"paused_at": None, "paused_until": None, "pause_reason": ""}


@admin.register(Endpoint)
class EndpointAdmin(PausingAdmin, TryableAdmin):
    form = EndpointForm
    chooser = "gateway"
    heading = _("Credentials")
    tried_template = TRIED
    list_display = ("slug", "name_zh", "name_en", "gateway", "base_url")
    list_filter = ("gateway",)
    search_fields = ("slug", "name_zh", "name_en", "base_url")

    def specs_of(self, choice: str) -> tuple[EntrySpec, ...]:
        return credentials_of(choice)

    def choices(self, request: HttpRequest, row: Endpoint) -> list[TryChoice]:
        operations = operations_of(row.gateway)
        return [
            _choice(request, "try_operation", _("operation"), [(name, name) for name in operations]),
            _choice(request, "try_persona", _("persona"), [("", "–"), *_options(Persona)]),
            _choice(request, "try_vantage", _("vantage"), _options(Vantage)),
        ]

    def tried(self, row: Endpoint, asked: QueryDict) -> dict[str, Any]:
        """One check by the operation, payer and vantage that were chosen, with no options."""
        operation, persona = asked.get("try_operation", ""), asked.get("try_persona", "")
        if operation not in operations_of(row.gateway):
            raise ValueError(_("Choose what the gateway is to be asked."))
        row.slug = row.slug or NAMELESS
        probe = Probe(
            slug=row.slug,
            endpoint=row,
            persona=get_object_or_404(Persona, slug=persona) if persona else None,
            vantage=_vantage(asked),
            operation=operation,
            timeout_seconds=TRIED_TIMEOUT_S,
        )
        return told(probe)


@admin.register(Probe)
class ProbeAdmin(PausingAdmin, TryableAdmin):
    form = ProbeForm
    chooser = "endpoint"
    heading = _("What is asked")
    beside = ("operation",)
    last = ("interval_seconds", "timeout_seconds", "slow_after_ms", "enabled", "standing", "created_at")
    tried_template = TRIED
    fixed = ("slug", "component", "persona", "vantage", "created_at")
    pickers = ("component", "persona", "vantage", "endpoint")
    list_display = ("slug", "standing", "component", "persona", "vantage", "endpoint", "interval_seconds")
    list_filter = (
        "enabled",
        ("paused_at", admin.EmptyFieldListFilter),
        ("component", ShortFilter),
        "persona__risk_tier",
        ("persona", ShortFilter),
        ("vantage", ShortFilter),
        ("endpoint", ShortFilter),
    )
    list_select_related = ("component", "persona", "vantage", "endpoint")
    search_fields = (
        "slug",
        "component__name_zh",
        "component__name_en",
        "persona__name_zh",
        "persona__name_en",
    )
    actions = ("pause", "resume", "enable", "disable")

    def specs_of(self, choice: str) -> tuple[EntrySpec, ...]:
        return options_of(self._gateway(choice))

    def form_attributes(self, choice: str) -> dict[str, Any]:
        return {"gateway": self._gateway(choice)}

    def _gateway(self, endpoint: str) -> str:
        """The gateway of the endpoint with this primary key; "" where there is none."""
        found = Endpoint.objects.filter(pk=endpoint) if endpoint.isdecimal() else Endpoint.objects.none()
        return found.values_list("gateway", flat=True).first() or ""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        shown = ("standing", "recent_results") if obj is not None else ()
        return (*super().get_readonly_fields(request, obj), *shown)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The results at the end, in a part of their own."""
        (head, options), *others = super().get_fieldsets(request, obj)
        if "recent_results" not in options["fields"]:
            return [(head, options), *others]
        first = [name for name in options["fields"] if name != "recent_results"]
        results = (_("The latest checks"), {"fields": ["recent_results"]})
        return [(head, {**options, "fields": first}), *others, results]

    @admin.display(description=_("state"), ordering="enabled")
    def standing(self, row: Probe) -> str:
        if row.enabled:
            return gettext("in use")
        if row.paused_at is None:
            return gettext("switched off")
        if row.paused_until is None:
            return gettext("paused: %(why)s") % {"why": row.pause_reason}
        until = localtime(row.paused_until).strftime("%Y-%m-%d %H:%M:%S")
        return gettext("paused until %(until)s: %(why)s") % {"until": until, "why": row.pause_reason}

    @admin.display(description=_("results"))
    def recent_results(self, row: Probe) -> str:
        context = {
            "recent": recent(latest_results(row.pk, SHOWN)),
            "vantage": row.vantage,
            "zone": settings.TIME_ZONE,
        }
        return render_to_string("admin/monitoring/recent_results.html", context)

    def probes_of(self, rows: QuerySet[Any]) -> QuerySet[Probe]:
        return rows

    def save_model(self, request: HttpRequest, obj: Probe, form: Any, change: bool) -> None:
        if obj.enabled:
            for name, nothing in UNPAUSED.items():
                setattr(obj, name, nothing)
        super().save_model(request, obj, form, change)

    def choices(self, request: HttpRequest, row: Probe) -> list[TryChoice]:
        own = row.vantage.slug if row.vantage_id else ""
        return [_choice(request, "try_vantage", _("vantage"), _options(Vantage), own)]

    def tried(self, row: Probe, asked: QueryDict) -> dict[str, Any]:
        """One check made now, step by step, as the vantage that was chosen or else the probe's own."""
        row.slug = row.slug or NAMELESS
        return told(row, _vantage(asked) if asked.get("try_vantage") else None)

    @admin.action(description=_("Enable the selected probes"), permissions=["change"])
    def enable(self, request: HttpRequest, queryset: QuerySet[Probe]) -> None:
        queryset.update(enabled=True, **UNPAUSED)

    @admin.action(description=_("Disable the selected probes"), permissions=["change"])
    def disable(self, request: HttpRequest, queryset: QuerySet[Probe]) -> None:
        queryset.update(enabled=False, **UNPAUSED)


def told(probe: Probe, vantage: Vantage | None = None) -> dict[str, Any]:
    """What the template shows of a check that is made now."""
    return {
        "words": {key: said(sentence.say()) for key, sentence in WORDS.items()},
        "tried": try_probe(probe, vantage=vantage, clock=clock.calibrated()),
    }


def _vantage(asked: QueryDict) -> Vantage:
    return get_object_or_404(Vantage, slug=asked.get("try_vantage", ""))


def _options(model: type[Persona] | type[Vantage]) -> list[tuple[str, str]]:
    return [(row.slug, str(row)) for row in model._default_manager.all()]


def _choice(
    request: HttpRequest, name: str, label: Any, options: list[tuple[str, str]], usual: str = ""
) -> TryChoice:
    chosen = request.POST.get(name, usual)
    return TryChoice(name=name, label=label, options=tuple(options), chosen=chosen)
