"""What the admin's forms share: types, and text fields that stand side by side in both languages."""

from typing import TYPE_CHECKING, Any, TypeAlias

from django import forms
from django.contrib import admin
from django.db import models

if TYPE_CHECKING:  # Django's own classes take no parameters when they run
    ModelAdmin: TypeAlias = admin.ModelAdmin[Any]
    ModelForm: TypeAlias = forms.ModelForm[Any]
    StackedInline: TypeAlias = admin.StackedInline[Any, Any]
else:
    ModelAdmin, ModelForm, StackedInline = admin.ModelAdmin, forms.ModelForm, admin.StackedInline

SIDE_BY_SIDE: dict[type[Any], dict[str, Any]] = {
    models.TextField: {"widget": forms.Textarea(attrs={"rows": 5, "cols": 52})},
    models.CharField: {"widget": forms.TextInput(attrs={"class": "vTextField"})},
}
STYLES = {"all": ("incidents/admin.css",)}
