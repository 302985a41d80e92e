"""The forms of the entrance: who one is, and the code of the second factor."""

import logging
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from statuspage import clock
from statuspage.entrance import limits, second_factor
from statuspage.entrance.known_device import known_device
from statuspage.entrance.limits import Login
from statuspage.entrance.noting import note_refusal
from statuspage.networks import network_behind

log = logging.getLogger(__name__)


def _code_field(*, required: bool) -> forms.CharField:
    attributes = {"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}
    return forms.CharField(
        label=_("Code of the second factor"),
        required=required,
        max_length=40,
        widget=forms.TextInput(attrs=attributes),
    )


class LoginForm(AdminAuthenticationForm):
    """Name, password and, where one is set up, the second factor; limited before anything is hashed."""

    code = _code_field(required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse what is over a limit, what Django refuses, and a missing or wrong code."""
        if self.request is None:
            raise ValueError("who is asking must be known")
        if not (self.cleaned_data.get("username") and self.cleaned_data.get("password")):
            return self.cleaned_data  # nothing is tried, and nothing written for it
        now = clock.now()
        account = self.cleaned_data["username"]
        attempt = Login(
            account=account,
            network=network_behind(self.request),
            device=known_device(self.request, account),
        )
        wait_until = limits.take_place(attempt, now)
        if wait_until is not None:
            raise forms.ValidationError(told_to_wait(wait_until, now), code="limited")
        try:
            cleaned = super().clean() or self.cleaned_data
            self._check_code()
        except forms.ValidationError:
            log.warning("login: refused from network %s", attempt.network)
            note_refusal(self.request, account, now=now)
            raise
        limits.give_back(attempt, now)
        return cleaned

    def _check_code(self) -> None:
        """Raises ValidationError unless the user has no second factor, or the code is right."""
        user = self.get_user()
        if user is None or second_factor.device_of(user) is None:
            return
        code = self.cleaned_data.get("code", "")
        device = second_factor.verified_by(user, code)
        if device is None:
            self.user_cache = None
            text = _("That is not the code of the second factor.") if code else _("Enter the code, too.")
            raise forms.ValidationError(text, code="code")
        # django-otp notes it in the session when the user is logged in.
        user.otp_device = device  # type: ignore[attr-defined]


def told_to_wait(until: datetime, now: datetime) -> str:
    """What who tried too often is told."""
    minutes = max(1, -int(-(until - now).total_seconds() // 60))
    text = ngettext(
        "Too many attempts. Try again in a minute.",
        "Too many attempts. Try again in %(minutes)d minutes.",
        minutes,
    )
    return text % {"minutes": minutes}


class CodeForm(forms.Form):
    """A code alone, to confirm what somebody does with his second factor."""

    code = _code_field(required=True)
