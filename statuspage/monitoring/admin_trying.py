"""Entries of the catalog that can be tried as their form stands; nothing is stored."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from statuspage import clock
from statuspage.monitoring.admin_entries import FIELDS, TRY, EntriesAdmin
from statuspage.monitoring.trying_pace import MOST, WITHIN, wait_for, with_try

REMEMBERED = "tries"  # in the session


@dataclass(frozen=True, slots=True, kw_only=True)
class TryChoice:
    """Something to choose before a try: ``options`` are values with what they are called."""

    name: str
    label: str | Promise
    options: tuple[tuple[str, str], ...]
    chosen: str


class TryableAdmin(EntriesAdmin):
    """Whoever may write an entry may try what he wrote, by POST: it asks somebody."""

    tried_template = ""

    def choices(self, request: HttpRequest, row: Any) -> list[TryChoice]:
        """What is to be chosen beside the form."""
        return []

    def may_be_tried(self, row: Any) -> bool:
        return True

    def tried(self, row: Any, asked: QueryDict) -> dict[str, Any]:
        """What ``tried_template`` shows of a row that need not be stored; raises ValueError with why not."""
        raise NotImplementedError

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if isinstance(response, TemplateResponse) and response.context_data:
            context = response.context_data
            form, row = context["adminform"].form, context.get("original")
            if self.may_write(request, row):
                context |= {"fields_button": FIELDS, "try_button": TRY, "tried_template": self.tried_template}
                context["try_choices"] = self.choices(request, form.instance)
                context |= self._tried(request, form) if TRY in request.POST else {}
        return response

    def _tried(self, request: HttpRequest, form: Any) -> dict[str, Any]:
        if form.errors or not self.may_be_tried(form.instance):
            return {}
        now = clock.now()
        earlier = request.session.get(REMEMBERED, [])
        if wait := wait_for(earlier, now):
            return {"not_tried": _too_often(wait)}
        request.session[REMEMBERED] = with_try(earlier, now)
        try:
            return self.tried(form.instance, request.POST)
        except ValueError as error:
            return {"not_tried": str(error)}


def _too_often(wait: int) -> str:
    values = {"n": MOST, "minutes": WITHIN.seconds // 60, "wait": wait}
    return _("%(n)d tries within %(minutes)d minutes are enough: wait %(wait)d seconds.") % values
