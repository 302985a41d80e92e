"""The admin of other monitors: their tokens, their rules with a page to try them, and what they said."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from statuspage import clock
from statuspage.admin_base import KeptAdmin, ModelAdmin, ModelForm, ReadOnlyAdmin
from statuspage.outside.models import PushToken, Sender, SenderRule, SentSignal
from statuspage.outside.posted import MOST_POSTED_BYTES
from statuspage.outside.senders import new_token
from statuspage.outside.trying import try_post

TRY_NAME = "outside_senderrule_try"


class TokenHolderForm(ModelForm):
    rotate = forms.BooleanField(
        label=_("Make a new token"),
        required=False,
        help_text=_("The token of before is refused from then on."),
    )


class TokenHolderAdmin(KeptAdmin):
    """Makes a token with a new row, and another one when it is asked to; shows it once."""

    form = TokenHolderForm
    asked: tuple[str, ...] = ()
    noted: tuple[str, ...] = ("start", "rotated_at", "heard_at")
    readonly_fields = noted

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """One that is new has a token made in any case; who may not write makes none."""
        if obj is None:
            return self.asked
        rotate = ("rotate",) if self.has_change_permission(request, obj) else ()
        return (*self.asked, *rotate, *self.noted)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        now = clock.now()
        if not change and isinstance(obj, Sender):
            obj.created_at = now
        secret = new_token(obj, now=now) if not change or form.cleaned_data.get("rotate") else ""
        super().save_model(request, obj, form, change)
        if secret:
            told = _("This is the token. It is shown only now: {}")
            messages.success(request, format_html(str(told), format_html("<code>{}</code>", secret)))


@admin.register(Sender)
class SenderAdmin(TokenHolderAdmin):
    """A sender is not deleted, for what it said is evidence: switch it off."""

    list_display = ("name", "enabled", "start", "heard_at", "lost_after_minutes", "silent_after_minutes")
    asked = ("name", "enabled", "lost_after_minutes", "silent_after_minutes")


@admin.register(PushToken)
class PushTokenAdmin(TokenHolderAdmin):
    """A token is not deleted: switched off, its probe is asked by us again."""

    list_display = ("probe", "enabled", "start", "heard_at")
    list_select_related = ("probe",)
    autocomplete_fields = ("probe",)
    asked = ("probe", "enabled")


class SenderRuleForm(ModelForm):
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        cause, components = cleaned.get("cause"), cleaned.get("components")
        if cause and not components:
            self.add_error("components", _("Say which components it speaks of."))
        if not cause and components:
            self.add_error("cause", _("Say which cause it speaks for, or name no components."))
        return cleaned


class PostForm(forms.Form):
    sender = forms.ModelChoiceField(
        label=_("other monitor"), queryset=Sender.objects.all(), required=False, empty_label=_("any of them")
    )
    body = forms.CharField(
        label=_("what it posts"),
        max_length=MOST_POSTED_BYTES,
        widget=forms.Textarea(attrs={"rows": 16, "class": "vLargeTextField"}),
    )


@admin.register(SenderRule)
class SenderRuleAdmin(ModelAdmin):
    form = SenderRuleForm
    list_display = ("name", "order", "sender", "cause", "strength", "enabled")
    list_filter = ("enabled", "sender", "cause")
    filter_horizontal = ("components",)
    change_list_template = "admin/outside/senderrule/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        trying = self.admin_site.admin_view(self.try_view)
        return [path("try/", trying, name=TRY_NAME), *super().get_urls()]

    def try_view(self, request: HttpRequest) -> HttpResponse:
        """Which rule would take each alert of a pasted post, and why not those before; nothing is stored."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = PostForm(request.POST or None)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            "title": _("Try the rules"),
        }
        if form.is_valid():
            given = form.cleaned_data
            context["tried"] = try_post(given["body"], given["sender"], now=clock.now())
        return TemplateResponse(request, "admin/outside/senderrule/try.html", context)


class TakenFilter(admin.SimpleListFilter):
    title = _("rule")
    parameter_name = "taken"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("no rule took it")), ("yes", _("a rule took it"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any] | None:
        return queryset.filter(rule__isnull=self.value() == "no") if self.value() else queryset


@admin.register(SentSignal)
class SentSignalAdmin(ReadOnlyAdmin):
    list_display = ("name", "sender", "rule", "cause", "since", "last_at", "until", "ended_at")
    list_filter = (TakenFilter, "sender", "cause")
    search_fields = ("name",)
    fields = (
        "name",
        "sender",
        "labels",
        "rule",
        "cause",
        "components",
        "strength",
        "since",
        "first_at",
        "last_at",
        "until",
        "ended_at",
    )
