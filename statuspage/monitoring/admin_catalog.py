"""What the admin of every entry of the catalog has in common."""

from typing import Any, ClassVar

from django.contrib.admin import RelatedFieldListFilter
from django.db.models import Model
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from statuspage.admin_base import SECURE_URLS, KeptAdmin
from statuspage.monitoring.catalog_plan import KINDS

SYNC_RULE = _(
    "Entries of the catalog file are kept as they are edited here, until the entry changes in the file: "
    "then the file overwrites it."
)
CLONE = "clone"  # what an address calls the row that a form of a new one is filled in from
# Of more rows one is found by typing.
MOST_LISTED = 100


class ShortFilter(RelatedFieldListFilter):
    """A choice among rows, as long as these are few enough to be read; among more one searches."""

    def has_output(self) -> bool:
        return super().has_output() and len(self.lookup_choices) <= MOST_LISTED


class CatalogAdmin(KeptAdmin):
    """A row that may come from the catalog file: its meaning is fixed once made.

    What was measured hangs on it; retire or disable it instead of deleting it.
    """

    change_list_template = "admin/monitoring/catalog_change_list.html"
    change_form_template = "admin/monitoring/catalog_change_form.html"
    fixed: tuple[str, ...] = ("slug",)
    search_fields: ClassVar[tuple[str, ...]] = ("slug", "name_zh", "name_en")
    pickers: tuple[str, ...] = ()  # fields that choose a row, of which there may be many
    formfield_overrides = SECURE_URLS

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return self.fixed if obj is not None else ()

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        return [(fieldsets[0][0], {**fieldsets[0][1], "description": SYNC_RULE}), *fieldsets[1:]]

    def get_autocomplete_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """The pickers of which there are many rows; looked at once for a request."""
        known: tuple[str, ...] | None = request.__dict__.get("long_pickers")
        if known is None:
            known = tuple(name for name in self.pickers if _is_long(self.model._meta.get_field(name)))
            request.__dict__["long_pickers"] = known
        return known

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """As the row that is cloned, under a slug of its own."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        clone = initial.pop(CLONE, None) or request.GET.get(CLONE)
        row = self.get_object(request, clone) if clone else None
        if row is None or not self.has_view_permission(request, row):
            return initial
        return {**model_to_dict(row), "slug": self._free_slug(row)}

    def _free_slug(self, row: Any) -> str:
        slugs = self.model._default_manager.filter(slug__startswith=row.slug).values_list("slug", flat=True)
        taken, number = set(slugs), 2
        while f"{row.slug}-{number}" in taken:
            number += 1
        return f"{row.slug}-{number}"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may = {"may_export": may_export(request), "may_import": may_import(request)}
        return super().changelist_view(request, {**may, **(extra_context or {})})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = context.get("original")
        if row is not None and self.has_add_permission(request):
            url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_add")
            context["clone_url"] = f"{url}?{CLONE}={row.pk}"
        return super().render_change_form(request, context, *args, **kwargs)


def may_export(request: HttpRequest) -> bool:
    """Who sees all that a catalog file would tell."""
    return _may(request, "view")


def may_import(request: HttpRequest) -> bool:
    """Who may add and change all that a catalog file may."""
    return _may(request, "add") and _may(request, "change")


def _may(request: HttpRequest, verb: str) -> bool:
    return request.user.has_perms([f"monitoring.{verb}_{model._meta.model_name}" for model in KINDS])


def _is_long(field: Any) -> bool:
    rows = field.related_model._default_manager.order_by().values_list("pk")
    return len(rows[: MOST_LISTED + 1]) > MOST_LISTED
