"""What may be written of endpoints and payers in the admin: references to secrets, never the secrets."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from probes.instrument.gateways.registry import DIALECTS
from probes.instrument.gateways.vault import VaultError, is_path, reference_problems, variable_problems
from probes.network.names import wire_url
from probes.tables import variables_in
from statuspage.admin_base import ModelForm
from statuspage.monitoring.orders import site_vault


class EndpointForm(ModelForm):
    gateway = forms.ChoiceField(label=_("gateway"), choices=[(name, name) for name in DIALECTS])

    def clean_base_url(self) -> str:
        base_url: str = self.cleaned_data["base_url"]
        try:
            wire_url(base_url)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        return base_url

    def clean_credentials(self) -> dict[str, Any]:
        credentials: dict[str, Any] = self.cleaned_data["credentials"] or {}
        problems = list(reference_problems(credentials))
        for name, value in credentials.items():
            if is_path(name) and value and not variables_in(str(value)):
                try:
                    site_vault().path(str(value))
                except VaultError as error:
                    problems.append(f"{name}: {error}")
        if problems:
            raise forms.ValidationError(problems)
        return credentials


class PersonaForm(ModelForm):
    def clean_payer(self) -> dict[str, Any]:
        payer: dict[str, Any] = self.cleaned_data["payer"] or {}
        if problems := list(variable_problems(payer)):
            raise forms.ValidationError(problems)
        return payer
