"""What the admin of every room extends: Django's classes with their types, and who may change what."""

from typing import TYPE_CHECKING, Any, TypeAlias

from django import forms
from django.contrib import admin
from django.db.models import Model, URLField
from django.http import HttpRequest

# Django's own classes take no parameters when they run.
if TYPE_CHECKING:
    ModelAdmin: TypeAlias = admin.ModelAdmin[Any]
    ModelForm: TypeAlias = forms.ModelForm[Any]
    StackedInline: TypeAlias = admin.StackedInline[Any, Any]
else:
    ModelAdmin, ModelForm, StackedInline = admin.ModelAdmin, forms.ModelForm, admin.StackedInline


class KeptAdmin(ModelAdmin):
    """Rows that are never deleted, because something is told or judged by them; each class says what."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyAdmin(KeptAdmin):
    """Evidence: shown, never edited."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


# An address that somebody types without a scheme.
SECURE_URLS: dict[type[Any], dict[str, Any]] = {URLField: {"assume_scheme": "https"}}
