"""The admin of tokens: made here, shown once, revoked here."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from statuspage import clock
from statuspage.admin_base import KeptAdmin, ModelForm
from statuspage.api.models import ApiToken, Scope
from statuspage.api.tokens import NEEDED, make_token


class TokenForm(ModelForm):
    author: User  # who fills it in

    scopes = forms.MultipleChoiceField(
        label=_("May write"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )

    def clean_scopes(self) -> list[str]:
        """What its maker may not write, a program does not either; what was given may stay ticked."""
        scopes: list[str] = self.cleaned_data["scopes"]
        for scope in map(Scope, scopes):
            if scope not in (self.instance.scopes or ()) and not self.author.has_perms(NEEDED[scope]):
                text = _("You may not write %(what)s yourself.")
                raise forms.ValidationError(text, params={"what": scope.label})
        return scopes

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        expires = cleaned.get("expires_at")
        if self.instance.pk is None and expires and expires <= clock.now():
            self.add_error("expires_at", _("It must be valid for a while."))
        return cleaned


@admin.register(ApiToken)
class ApiTokenAdmin(KeptAdmin):
    """A token cannot be shown again or deleted: revoke it, so that its use can still be traced."""

    form = TokenForm
    list_display = ("name", "start", "may_write", "owner", "created_at", "expires_at", "used_at", "revoked")
    list_filter = ("revoked", "owner")
    fields = ("name", "scopes", "expires_at", "revoked", "start", "owner", "created_at", "used_at")
    readonly_fields = ("start", "owner", "created_at", "used_at")

    def get_form(
        self, request: HttpRequest, obj: ApiToken | None = None, change: bool = False, **kwargs: Any
    ) -> type[TokenForm]:
        form = cast(type[TokenForm], super().get_form(request, obj, change, **kwargs))
        form.author = request.user  # type: ignore[assignment]  # a class made for this request alone
        return form

    @admin.display(description=_("may write"))
    def may_write(self, token: ApiToken) -> str:
        return ", ".join(str(Scope(scope).label) for scope in token.scopes if scope in Scope.values)

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=["name", "scopes", "expires_at", "revoked"])
            return
        row, secret = make_token(
            name=obj.name,
            scopes=[Scope(scope) for scope in obj.scopes],
            owner=request.user,  # type: ignore[arg-type]  # the admin lets nobody in who is not signed in
            now=clock.now(),
            expires_at=obj.expires_at,
        )
        obj.pk = row.pk
        obj.refresh_from_db()
        told = _("This is the token. It is shown only now: {}")
        messages.success(request, format_html(str(told), format_html("<code>{}</code>", secret)))
