"""Forms of rows with a JSON column: a field for each entry in it, by the kind of the row."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.forms.utils import ErrorDict
from django.http import HttpRequest, QueryDict
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from probes.instrument.gateways.vault import PREFIX, VaultError, is_secret
from probes.tables import variables_in
from statuspage.admin_base import ModelForm
from statuspage.monitoring.admin_catalog import CatalogAdmin
from statuspage.monitoring.entries import (
    EntryError,
    EntryKind,
    EntrySpec,
    as_text,
    as_value,
    fields_for,
    merged,
    read_rest,
    rest_of,
    rest_text,
)
from statuspage.monitoring.orders import site_vault
from statuspage.wording import entries as words
from statuspage.wording.active import said

# What the button of a form is called that has it shown again, with the fields of what was chosen.
FIELDS = "_fields"
# And that has what it says tried; for which it needs none of these.
TRY = "_try"
BESIDE_THE_POINT = frozenset({"slug", "name_zh", "name_en"})
ENTRIES = "entries"  # the class of the fieldset that is shown again
_LINES = (EntryKind.HEADERS, EntryKind.PLACES)


class EntriesForm(ModelForm):
    """A form of a row whose ``column`` holds entries: made for each row by :func:`form_of`."""

    column: ClassVar[str]
    specs: ClassVar[tuple[EntrySpec, ...]] = ()
    stored: ClassVar[Mapping[str, Any]] = {}
    # Names that belonged to what the row was before it became of another kind.
    dropped: ClassVar[frozenset[str]] = frozenset()
    # Other names than those of ``specs`` may be added.
    free: ClassVar[bool] = False
    # The button that has the form shown again instead of saved, if it was pressed.
    pressed: ClassVar[str] = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for spec in self.specs:
            self.initial[self.field_of(spec)] = as_text(self.stored.get(spec.name), spec.kind)
        self.initial[self.rest_field] = rest_text(self.rest())
        if self.pressed:
            self._fill_in()

    @property
    def rest_field(self) -> str:
        return f"{self.column}_more"

    def field_of(self, spec: EntrySpec) -> str:
        return f"{self.column}_{spec.name}"

    def rest(self) -> dict[str, Any]:
        """What is stored and has no field."""
        return rest_of(self.stored, self.specs, self.dropped)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        written = {spec.name: self._written(spec) for spec in self.specs}
        # Also where something else is wrong: what stands here may be tried before all of it can be saved.
        setattr(self.instance, self.column, merged(self.stored, written, self._rest()))
        return cleaned

    def _written(self, spec: EntrySpec) -> Any:
        """The value of a field; as it is stored where nobody changed it."""
        name, stored = self.field_of(spec), self.stored.get(spec.name)
        text = self.cleaned_data.get(name) or ""
        text = "true" if text is True else text
        try:
            changed = text.replace("\r\n", "\n") != self.initial[name]
            value = as_value(text, spec) if changed else stored
            self._examine(spec, value)
        except EntryError as error:
            self.add_error(name, said(error.said))
            return stored
        return value

    def _examine(self, spec: EntrySpec, value: Any) -> None:
        """What is wrong with a value that is to be stored, however it came there."""
        if spec.kind is EntryKind.FILE and value and not variables_in(str(value)):
            try:
                site_vault().path(str(value))
            except VaultError:
                raise EntryError(words.NO_FILE, value=str(value)) from None
        if spec.kind is EntryKind.SECRET and value and as_text(value, spec.kind) != value:
            raise EntryError(words.BARE_SECRET, prefix=PREFIX)

    def _update_errors(self, errors: Any) -> None:
        """What the row says of its column goes to the box, where no field said it before.

        Where nobody touched the column nothing is said: what is broken can still be switched off.
        """
        about = getattr(errors, "error_dict", {}).pop(self.column, None)
        touched = getattr(self.instance, self.column) != self.stored or "kind" in self.changed_data
        if about and touched and not self.errors:
            self.add_error(self.rest_field if self.rest_field in self.fields else None, about)
        if not hasattr(errors, "error_dict") or errors.error_dict:
            super()._update_errors(errors)  # type: ignore[misc]  # Django's own, not in its types

    def _rest(self) -> dict[str, Any]:
        if self.rest_field not in self.fields:
            return self.rest()
        text = (self.cleaned_data.get(self.rest_field) or "").replace("\r\n", "\n")
        try:
            rest = self.rest() if text.strip() == self.initial[self.rest_field] else read_rest(text)
            for name, value in rest.items():
                self._examine_further(name, value)
        except EntryError as error:
            self.add_error(self.rest_field, said(error.said))
            return self.rest()
        return rest

    def _examine_further(self, name: str, value: Any) -> None:
        if any(name == spec.name for spec in self.specs):
            raise EntryError(words.ALREADY_A_FIELD, name=name)
        if not self.free and name not in self.stored:
            raise EntryError(words.UNKNOWN_ENTRY, name=name)
        for variable in variables_in(str(value)):
            if not variable.startswith(PREFIX):
                raise EntryError(words.OTHER_VARIABLE, name=variable, prefix=PREFIX)
        bare = isinstance(value, str) and value and as_text(value, EntryKind.SECRET) != value
        if self.column == "credentials" and is_secret(name) and bare:
            raise EntryError(words.BARE_SECRET, prefix=PREFIX)

    def _fill_in(self) -> None:
        """Give fields that the browser did not show yet what is stored: an empty one would be a change."""
        if isinstance(self.data, QueryDict):
            self.data = self.data.copy()
            for name in (*map(self.field_of, self.specs), self.rest_field):
                if name not in self.data and self.initial.get(name):
                    self.data[name] = self.initial[name]

    def is_valid(self) -> bool:
        """Never where the form is only to be shown again; then it says no more than matters for that."""
        valid = super().is_valid()
        if self.pressed:
            told = () if self.pressed == FIELDS else self.errors.keys() - BESIDE_THE_POINT
            self._errors = ErrorDict({name: self.errors[name] for name in told})
        return valid and not self.pressed


class SecretInput(forms.TextInput):
    """Shows names of variables and nothing else: what was refused as a secret is not sent back."""

    def format_value(self, value: Any) -> str | None:
        text = str(value or "")
        return text if as_text(text, EntryKind.SECRET) or text.startswith(PREFIX) else ""


def form_of(
    base: type[EntriesForm],
    specs: tuple[EntrySpec, ...],
    stored: Mapping[str, Any],
    dropped: frozenset[str] = frozenset(),
    **attributes: Any,
) -> type[EntriesForm]:
    """A form with a field for each of ``specs``, and a box for the rest where there may be some."""
    shown = fields_for(specs, stored)
    fields = {f"{base.column}_{spec.name}": _field(spec) for spec in shown}
    if base.free or rest_of(stored, shown, dropped):
        fields[f"{base.column}_more"] = forms.CharField(
            label=_("further entries"),
            required=False,
            widget=forms.Textarea(attrs={"rows": 4, "cols": 60}),
            help_text=_("Entries that have no field here, as a JSON object. They are kept as they are."),
        )
    known = {"specs": shown, "stored": stored, "dropped": dropped}
    return type(base.__name__, (base,), {**known, **attributes, **fields})


def _field(spec: EntrySpec) -> forms.Field:
    entry = words.ENTRIES[spec.name]
    if spec.kind is EntryKind.FLAG:
        helped = " ".join(_helps(spec))
        label = said(entry.label.say().capitalised())
        return forms.BooleanField(label=label, required=False, help_text=helped)
    return forms.CharField(
        label=said(entry.label.say().capitalised()),
        required=spec.required,
        max_length=None if spec.kind in _LINES else 1000,
        widget=_widget(spec),
        help_text=" ".join(_helps(spec)),
    )


def _widget(spec: EntrySpec) -> forms.Widget:
    if spec.kind in _LINES:
        return forms.Textarea(attrs={"rows": 3, "cols": 60})
    if spec.kind is EntryKind.SECRET:
        return SecretInput(attrs={"class": "vTextField", "autocomplete": "off"})
    numeric = spec.kind in (EntryKind.WHOLE, EntryKind.NUMBER)
    return forms.TextInput(attrs={"inputmode": "decimal"} if numeric else {"class": "vTextField"})


def _helps(spec: EntrySpec) -> Iterator[str]:
    entry = words.ENTRIES[spec.name]
    if entry.help:
        yield said(words.FULL.say(said=entry.help.say()))
    if spec.kind is EntryKind.SECRET:
        yield said(words.FULL.say(said=words.A_SECRET.say(prefix=PREFIX)))
    if spec.kind is EntryKind.FILE:
        yield said(words.FULL.say(said=words.A_FILE.say()))


class EntriesAdmin(CatalogAdmin):
    """An entry of the catalog with a JSON column: whoever may change it gets a field for each of its entries.

    Which entries there are follows from another field, the ``chooser``.
    """

    form: type[EntriesForm]
    heading = _("Entries")
    chooser = ""
    beside: tuple[str, ...] = ()  # fields that follow from the chooser, too
    last: tuple[str, ...] = ()  # fields that come after the entries

    def specs_of(self, choice: str) -> tuple[EntrySpec, ...]:
        """The entries of a row of which the chooser says ``choice``."""
        raise NotImplementedError

    def chosen(self, request: HttpRequest, obj: Any) -> str:
        """What the chooser says: as it was sent, or else as it is proposed or stored."""
        if request.method == "POST" and self.chooser in request.POST:
            return str(request.POST[self.chooser])
        return self.stored_choice(request, obj)

    def stored_choice(self, request: HttpRequest, obj: Any) -> str:
        if not self.chooser:
            return ""
        if obj is None:
            return str(self.get_changeform_initial_data(request).get(self.chooser) or "")
        return str(getattr(obj, self.model._meta.get_field(self.chooser).attname) or "")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if self.may_write(request, obj):
            kwargs["form"] = self._form_of(request, obj)
        return super().get_form(request, obj, change, **kwargs)

    def _form_of(self, request: HttpRequest, obj: Any) -> type[EntriesForm]:
        column = self.form.column
        if obj is None:
            stored = self.get_changeform_initial_data(request).get(column) or {}
        else:
            stored = getattr(obj, column)
        choice, before = self.chosen(request, obj), self.stored_choice(request, obj)
        left = {spec.name for spec in self.specs_of(before)} if choice != before else set()
        return form_of(
            self.form,
            self.specs_of(choice),
            stored,
            frozenset(left - {spec.name for spec in self.specs_of(choice)}),
            pressed=next((name for name in (FIELDS, TRY) if name in request.POST), ""),
            **self.form_attributes(choice),
        )

    def form_attributes(self, choice: str) -> dict[str, Any]:
        """Further fields that follow from the chooser."""
        return {}

    def may_write(self, request: HttpRequest, obj: Any) -> bool:
        if obj is None:
            return self.has_add_permission(request)
        return self.has_change_permission(request, obj)

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        return (self.form.column,)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """The entries in a part of their own, after the fields of the row."""
        (head, options), *others = super().get_fieldsets(request, obj)
        names, prefix = list(options["fields"]), f"{self.form.column}_"
        own = [name for name in names if str(name).startswith(prefix) or name in self.beside]
        last = [name for name in self.last if name in names]
        first = [name for name in names if name not in own and name not in last]
        first.sort(key=lambda name: name not in self.fixed)  # what it is stands first, changeable or not
        told = [] if self.may_write(request, obj) else ["entries_told"]
        return [
            (head, {**options, "fields": [name for name in first if name not in told]}),
            (self.heading, {"fields": [*own, *told], "classes": [ENTRIES]}),
            *([(_("Running"), {"fields": last})] if last else []),
            *others,
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        told = () if self.may_write(request, obj) else ("entries_told",)
        return (*super().get_readonly_fields(request, obj), *told)

    @admin.display(description=_("entries"))
    def entries_told(self, row: Any) -> str:
        """For those who may only look; of secrets no more than in a form."""
        stored: Mapping[str, Any] = getattr(row, self.form.column)
        lines = ((name, _told(name, value)) for name, value in stored.items())
        return format_html_join("", "<div>{}: {}</div>", lines) or "–"


def _told(name: str, value: Any) -> str:
    if is_secret(name) and isinstance(value, str):
        return as_text(value, EntryKind.SECRET) or "…"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
