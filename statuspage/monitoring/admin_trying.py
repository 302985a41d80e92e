"""Entries of the catalog that can be tried: a button shows what would come of one now, and stores nothing."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from statuspage.monitoring.admin_catalog import CatalogAdmin


class TryableAdmin(CatalogAdmin):
    """Whoever may change an entry may try it, by POST: it asks somebody."""

    change_form_template = "admin/monitoring/tryable_change_form.html"

    def may_be_tried(self, row: Any) -> bool:
        return True

    def tried(self, row: Any, asked: QueryDict) -> dict[str, Any]:
        """What the template ``try.html`` of this model shows, with a ``title``; ``asked`` is its form."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        trying = self.admin_site.admin_view(require_POST(self.try_view))
        return [path("<path:object_id>/try/", trying, name=self._try_name), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is not None and self.may_be_tried(row):
            try_url = reverse(f"admin:{self._try_name}", args=[row.pk])
            extra_context = {"try_url": try_url, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, extra_context)

    def try_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None or not self.may_be_tried(row):
            raise Http404
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": row,
            **self.tried(row, request.POST),
        }
        return TemplateResponse(request, f"admin/monitoring/{self.opts.model_name}/try.html", context)

    @property
    def _try_name(self) -> str:
        return f"monitoring_{self.opts.model_name}_try"
