"""The admin of templates: their variables stand beside them, and one that is not known is refused."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from probes.vocabulary.occasions import Occasion
from statuspage.admin_base import ModelAdmin, ModelForm
from statuspage.drafting.filling import unknown_in, variables_of
from statuspage.drafting.models import WordTemplate
from statuspage.wording.active import said
from statuspage.wording.drafting import OCCASIONS

TEXTS = ("title_zh", "title_en", "body_zh", "body_en")
# Each list of variables with the first occasion that has it.
KINDS = (
    (_("incidents"), Occasion.IDENTIFIED),
    (_("planned work"), Occasion.PLANNED),
    (_("announcements"), Occasion.ANNOUNCEMENT),
    (_("mails"), Occasion.MAIL_BEGAN),
)


class TemplateForm(ModelForm):
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "occasion" in cleaned:
            self._refuse_unknown(cleaned, Occasion(cleaned["occasion"]))
        return cleaned

    def _refuse_unknown(self, cleaned: dict[str, Any], occasion: Occasion) -> None:
        for name in TEXTS:
            unknown = unknown_in(cleaned.get(name) or "", occasion)
            if unknown:
                told = {"names": ", ".join(f"{{{one}}}" for one in unknown)}
                self.add_error(name, _("There is no such variable on this occasion: %(names)s") % told)


@admin.register(WordTemplate)
class WordTemplateAdmin(ModelAdmin):
    """What is said again and again. A form offers what fits it; planned work and mails are told by it."""

    form = TemplateForm
    list_display = ("name", "occasion_told", "cause", "automatic", "broken")
    list_filter = ("occasion", "automatic")
    search_fields = ("name", *TEXTS)
    readonly_fields = ("variables", "broken")
    fieldsets = (
        (None, {"fields": ("name", ("occasion", "cause"), "automatic", "broken")}),
        (
            _("Words"),
            {
                "fields": (("title_zh", "title_en"), ("body_zh", "body_en"), "variables"),
                "classes": ("bilingual",),
            },
        ),
    )
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 5, "cols": 52})}}

    class Media:
        css = {"all": ("incidents/admin.css",)}

    @admin.display(description=_("occasion"), ordering="occasion")
    def occasion_told(self, row: WordTemplate) -> str:
        return said(OCCASIONS[row.of].say())

    @admin.display(description=_("cannot be filled in"))
    def broken(self, row: WordTemplate) -> str:
        if not row.fault or row.fault_at is None:
            return "–"
        at = f"{localtime(row.fault_at):%Y-%m-%d %H:%M}"
        return str(_("%(fault)s: the built-in words were told (%(at)s)") % {"fault": row.fault, "at": at})

    @admin.display(description=_("variables"))
    def variables(self, row: WordTemplate) -> SafeString:
        lines = ((kind, " ".join(f"{{{name}}}" for name in variables_of(of))) for kind, of in KINDS)
        return format_html("<dl>{}</dl>", format_html_join("", "<dt>{}</dt><dd><code>{}</code></dd>", lines))

    def save_model(self, request: HttpRequest, obj: WordTemplate, form: Any, change: bool) -> None:
        if form.has_changed():
            obj.fault, obj.fault_at = "", None
        super().save_model(request, obj, form, change)
