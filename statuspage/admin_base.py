"""What the admin of every room extends: Django's classes with their types, and how addresses are typed in."""

from typing import TYPE_CHECKING, Any, TypeAlias

from django import forms
from django.contrib import admin
from django.db.models import URLField

# Django's own classes take no parameters when they run.
if TYPE_CHECKING:
    ModelAdmin: TypeAlias = admin.ModelAdmin[Any]
    ModelForm: TypeAlias = forms.ModelForm[Any]
    StackedInline: TypeAlias = admin.StackedInline[Any, Any]
else:
    ModelAdmin, ModelForm, StackedInline = admin.ModelAdmin, forms.ModelForm, admin.StackedInline

# An address that somebody types without a scheme.
SECURE_URLS: dict[type[Any], dict[str, Any]] = {URLField: {"assume_scheme": "https"}}
