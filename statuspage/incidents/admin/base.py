"""What the admin of all that is public shares: a lock, titles, and both languages side by side."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from statuspage.admin_base import ModelAdmin
from statuspage.incidents.models import Announcement, Incident, Maintenance
from statuspage.monitoring.changes import hold_pipeline
from statuspage.wording.active import said

SIDE_BY_SIDE: dict[type[Any], dict[str, Any]] = {
    models.TextField: {"widget": forms.Textarea(attrs={"rows": 5, "cols": 52})},
    models.CharField: {"widget": forms.TextInput(attrs={"class": "vTextField"})},
}


class PublicAdmin(ModelAdmin):
    """A model that the pipeline writes as well, and that the public sees."""

    class Media:
        css = {"all": ("incidents/admin.css",)}

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            hold_pipeline()
            return super().changeform_view(request, object_id, form_url, extra_context)


class TitledAdmin(PublicAdmin):
    """Something with a title, and components that it concerns."""

    date_hierarchy: ClassVar[str | None] = "starts_at"
    filter_horizontal = ("components",)
    formfield_overrides = SIDE_BY_SIDE

    @admin.display(description=_("title"), ordering="title_en")
    def title(self, row: Incident | Maintenance | Announcement) -> str:
        return said(row.title)
