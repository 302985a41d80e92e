"""Offers templates above a form: a link fills in the words, with the values of the row, and saves nothing."""

from collections.abc import Mapping
from typing import Any

from django.contrib.admin.options import InlineModelAdmin
from django.http import HttpRequest, HttpResponse

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.occasions import Occasion
from statuspage.drafting.filling import FillingError, WordValues, filled
from statuspage.drafting.models import WordTemplate
from statuspage.drafting.stored import offered

ASKED = "template"


def chosen_template(request: HttpRequest, *occasions: Occasion, cause: str = "") -> WordTemplate | None:
    """The template that the address names, if it is offered there."""
    asked = request.GET.get(ASKED, "")
    if request.method != "GET" or not asked.isascii() or not asked.isdigit() or len(asked) > 9:
        return None
    return offered(*occasions, cause=cause).filter(pk=int(asked)).first()


def words_of(template: WordTemplate, filling: WordValues) -> Mapping[str, str]:
    """Title and text by the names of their fields; what cannot be filled in stands as it was written."""
    texts = {"title": _words(template.title, filling), "body": _words(template.body, filling)}
    found = {f"{name}_zh": text.zh for name, text in texts.items()}
    found |= {f"{name}_en": text.en for name, text in texts.items()}
    return {name: text for name, text in found.items() if text}


def _words(text: Bilingual, filling: WordValues) -> Bilingual:
    try:
        return filled(text, filling)
    except FillingError:
        return text


class DraftingAdmin:
    """Mixed into an admin whose form words can be filled into; each says what is offered for a row."""

    def occasions_of(self, row: Any | None) -> tuple[Occasion, ...]:
        """The occasions for which templates are offered above the form of ``row``, or of a new one."""
        raise NotImplementedError

    def filling_of(self, row: Any | None) -> WordValues:
        """What variables stand for."""
        raise NotImplementedError

    def cause_of(self, row: Any | None) -> str:
        """For which cause."""
        return ""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row = self.get_object(request, object_id) if object_id else None  # type: ignore[attr-defined]  # an admin's
        templates = offered(*self.occasions_of(row), cause=self.cause_of(row))
        extra_context = {"word_templates": templates, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc,no-any-return]  # an admin's

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_changeform_initial_data(request)  # type: ignore[misc]  # an admin's
        initial.pop(ASKED, None)
        template = chosen_template(request, *self.occasions_of(None))
        return initial if template is None else {**initial, **words_of(template, self.filling_of(None))}

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Any, inline: "InlineModelAdmin[Any, Any]", prefix: str
    ) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)  # type: ignore[misc]  # an admin's
        if obj.pk is None:
            return kwargs
        template = chosen_template(request, *self.occasions_of(obj), cause=self.cause_of(obj))
        if template is not None:
            words = words_of(template, self.filling_of(obj))
            kwargs["initial"] = [{name: text for name, text in words.items() if name.startswith("body")}]
        return kwargs
