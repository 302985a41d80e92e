"""The catalog as a file in the admin: written whole, and brought in after a look at what would change."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import label_for_field
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from probes.instrument.catalog import parse_catalog
from probes.instrument.specs import Catalog
from probes.tables import ProblemsError
from statuspage import clock
from statuspage.monitoring.admin_catalog import CatalogAdmin, may_export, may_import
from statuspage.monitoring.catalog_export import export_catalog
from statuspage.monitoring.catalog_plan import RowChange, SyncPlan, Verb
from statuspage.monitoring.catalog_sync import (
    MeaningChangedError,
    PlanChangedError,
    planned_sync,
    sync_catalog,
    text_of,
)
from statuspage.wording.active import said
from statuspage.wording.problems import problem

MOST_BYTES = 1_000_000
MOST_SHOWN = 500  # changes, and problems
NAME = "catalog"  # of the file in what is said of it
EXPORT, IMPORT = "monitoring_catalog_export", "monitoring_catalog_import"
VERBS = {
    Verb.CREATED: gettext_lazy("would be added"),
    Verb.UPDATED: gettext_lazy("would change"),
    Verb.RETIRED: gettext_lazy("would be retired, with its measurements kept"),
}


class CatalogFileForm(forms.Form):
    """A file, or the text of one; the second time with the mark of what was agreed to."""

    file = forms.FileField(label=gettext_lazy("catalog file (TOML)"), required=False)
    text = forms.CharField(
        label=gettext_lazy("or its text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "cols": 80, "spellcheck": "false"}),
    )
    agreed = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file = cleaned.get("file")
        if file is not None:
            cleaned["text"] = self._read(file)
        text = cleaned.get("text") or ""
        if len(text.encode()) > MOST_BYTES:
            self.add_error("text", self._too_large())
        elif not text.strip() and not self.errors:
            self.add_error("file", _("Choose a file, or paste its text."))
        return cleaned

    def _read(self, file: Any) -> str:
        if file.size > MOST_BYTES:
            self.add_error("file", self._too_large())
            return ""
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.add_error("file", _("This file is no text in UTF-8."))
            return ""

    def _too_large(self) -> str:
        return _("More than %(most)d kB: bring it in with manage.py sync_catalog.") % {
            "most": MOST_BYTES // 1000
        }


class TransferAdmin(CatalogAdmin):
    """Adds both views, for who may see, or change, everything of the catalog."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("catalog/export/", view(require_GET(self.export_view)), name=EXPORT),
            path("catalog/import/", view(self.import_view), name=IMPORT),
            *super().get_urls(),
        ]

    def export_view(self, request: HttpRequest) -> HttpResponse:
        if not may_export(request):
            raise PermissionDenied
        answer = HttpResponse(export_catalog().text, content_type="application/toml; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="catalog.toml"'
        return answer

    def import_view(self, request: HttpRequest) -> HttpResponse:
        if not may_import(request):
            raise PermissionDenied
        posted = request.method == "POST"
        form = CatalogFileForm(request.POST if posted else None, request.FILES if posted else None)
        if not posted or not form.is_valid():
            return self._page(request, form)
        text = form.cleaned_data["text"]
        try:
            # Not the environment's: its values would be stored and shown.
            return self._brought(request, parse_catalog(text, NAME, environ={}), form)
        except (ProblemsError, MeaningChangedError) as error:
            return self._page(request, CatalogFileForm(initial={"text": text}), problems=error.problems)

    def _brought(self, request: HttpRequest, catalog: Catalog, form: CatalogFileForm) -> HttpResponse:
        agreed, text = form.cleaned_data["agreed"], form.cleaned_data["text"]
        if not agreed:
            return self._planned(request, planned_sync(catalog), text)
        try:
            done = sync_catalog(catalog, now=clock.now(), agreed=agreed)
        except PlanChangedError as error:
            self.message_user(
                request, _("Meanwhile something else would change: look again."), messages.WARNING
            )
            return self._planned(request, error.plan, text)
        counts = {"created": len(done.created), "updated": len(done.updated), "retired": len(done.retired)}
        done_in_words = _("Added: %(created)d, changed: %(updated)d, retired: %(retired)d.") % counts
        self.message_user(request, done_in_words, messages.SUCCESS)
        return HttpResponseRedirect(reverse(f"admin:{IMPORT}"))

    def _planned(self, request: HttpRequest, plan: SyncPlan, text: str) -> HttpResponse:
        form = CatalogFileForm(initial={"text": text, "agreed": plan.mark})
        changes = [_shown(change) for change in plan.told[:MOST_SHOWN]]
        more = max(0, len(plan.told) - MOST_SHOWN)
        return self._page(request, form, plan=plan, changes=changes, more=more)

    def _page(self, request: HttpRequest, form: CatalogFileForm, **shown: Any) -> HttpResponse:
        problems = shown.pop("problems", ())
        context = {
            **self.admin_site.each_context(request),
            "title": _("Bring in a catalog file"),
            "opts": self.opts,
            "form": form,
            "problems": [said(problem(text)) for text in problems[:MOST_SHOWN]],
            "more_problems": max(0, len(problems) - MOST_SHOWN),
            **shown,
        }
        return TemplateResponse(request, "admin/monitoring/import_catalog.html", context)


def _shown(change: RowChange) -> dict[str, Any]:
    updated = change.fields if change.verb is Verb.UPDATED else ()
    return {
        "verb": VERBS[change.verb],
        "kind": change.model._meta.verbose_name,
        "slug": change.slug,
        "fields": [
            {
                "name": label_for_field(one.field, change.model),
                "before": text_of(one, one.before) or "–",
                "after": text_of(one, one.after) or "–",
            }
            for one in updated
        ],
    }
