"""What the admin's forms share: types, and text fields that stand side by side in both languages."""

from typing import Any

from django import forms
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse

from statuspage.admin_base import ModelAdmin
from statuspage.monitoring.changes import hold_pipeline


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


SIDE_BY_SIDE: dict[type[Any], dict[str, Any]] = {
    models.TextField: {"widget": forms.Textarea(attrs={"rows": 5, "cols": 52})},
    models.CharField: {"widget": forms.TextInput(attrs={"class": "vTextField"})},
}
