"""What the admin of every entry of the catalog has in common."""

from typing import Any, ClassVar

from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from statuspage.admin_base import SECURE_URLS, KeptAdmin

SYNC_RULE = _(
    "Entries of the catalog file are kept as they are edited here, until the entry changes in the file: "
    "then the file overwrites it."
)


class CatalogAdmin(KeptAdmin):
    """A row that may come from the catalog file: its meaning is fixed once made.

    What was measured hangs on it; retire or disable it instead of deleting it.
    """

    fixed: tuple[str, ...] = ("slug",)
    search_fields: ClassVar[tuple[str, ...]] = ("slug", "name_zh", "name_en")
    formfield_overrides = SECURE_URLS

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return self.fixed if obj is not None else ()

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        return [(fieldsets[0][0], {**fieldsets[0][1], "description": SYNC_RULE}), *fieldsets[1:]]
