"""What may be written of endpoints, payers, vantages, probes and sources in the admin."""

from collections.abc import Iterable
from itertools import chain
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from probes.instrument.gateways.registry import DIALECTS
from probes.network.names import wire_url
from statuspage.admin_base import ModelForm
from statuspage.monitoring.admin_entries import EntriesForm
from statuspage.monitoring.entries import EntryError, EntryKind, EntrySpec, as_text, as_value
from statuspage.wording.active import said
from statuspage.wording.entries import ENTRIES, FULL

GATEWAYS = [(name, name) for name in DIALECTS]
_CONNECT_TO = EntrySpec(name="connect_to", kind=EntryKind.PLACES)


class AddressForm(EntriesForm):
    """An address that can be asked, in a field of the name ``address``."""

    address = "url"

    def clean(self) -> dict[str, Any]:
        written = self.cleaned_data.get(self.address)
        try:
            if written:
                wire_url(written)
        except ValueError:
            self.add_error(
                self.address, _("This address cannot be asked: is it http(s)://host, well spelled?")
            )
        return super().clean()


class EndpointForm(AddressForm):
    column = "credentials"
    address = "base_url"
    gateway = forms.ChoiceField(label=_("gateway"), choices=[("", "---------"), *GATEWAYS])


class PersonaForm(EntriesForm):
    column = "payer"
    free = True


class SourceForm(AddressForm):
    column = "options"


class ProbeForm(EntriesForm):
    """Of the operations those of the endpoint's gateway; before one is chosen all."""

    column = "options"
    gateway: ClassVar[str] = ""
    operation = forms.ChoiceField(label=_("operation"), help_text=_("What the gateway is asked to do."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "operation" in self.fields:
            offered = operations_of(self.gateway) or tuple(
                dict.fromkeys(chain(*map(operations_of, DIALECTS)))
            )
            field = self.fields["operation"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", "---------"), *((name, name) for name in offered)]
            field.error_messages["invalid_choice"] = _one_of(offered)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        endpoint, operation = cleaned.get("endpoint"), cleaned.get("operation")
        allowed = operations_of(endpoint.gateway) if endpoint else ()
        if endpoint and operation and operation not in allowed:
            self.add_error("operation", _one_of(allowed))
        return cleaned


def operations_of(gateway: str) -> tuple[str, ...]:
    """What a gateway may be asked."""
    dialect = DIALECTS.get(gateway)
    return dialect.operations if dialect else ()


def _one_of(names: Iterable[str]) -> str:
    return gettext("one of: %(names)s") % {"names": ", ".join(names)}


class VantageForm(ModelForm):
    """The map of addresses as lines."""

    connect_to = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3, "cols": 60}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = ENTRIES["connect_to"]
        assert words.help is not None
        field = self.fields.get("connect_to")
        if field is not None:
            field.label = said(words.label.say().capitalised())
            field.help_text = said(FULL.say(said=words.help.say()))
            stored = self.initial.get("connect_to") or self.instance.connect_to
            self.initial["connect_to"] = as_text(stored, EntryKind.PLACES) or ""

    def clean_connect_to(self) -> dict[str, str]:
        text = self.cleaned_data["connect_to"].replace("\r\n", "\n")
        if text == self.initial["connect_to"]:
            kept: dict[str, str] = self.instance.connect_to
            return kept
        try:
            return as_value(text, _CONNECT_TO) or {}
        except EntryError as error:
            raise forms.ValidationError(said(error.said)) from error
