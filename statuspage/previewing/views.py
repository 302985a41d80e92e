"""Saves a form as the admin would, shows what the public would get of it, and takes it all back."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from statuspage import clock
from statuspage.incidents.models import Announcement, Incident, Maintenance
from statuspage.monitoring.changes import hold_pipeline
from statuspage.previewing.rendering import Preview, Told, last_news, previews_of

MODELS: dict[str, type[Told]] = {
    model._meta.model_name or "": model for model in (Announcement, Incident, Maintenance)
}


@require_POST
def preview(request: HttpRequest, model: str, pk: int | None = None) -> HttpResponse:
    """What would be told of the form; nothing of it is kept, nobody is told."""
    if model not in MODELS:
        raise Http404
    own = admin.site._registry[MODELS[model]]
    row = None if pk is None else own.get_object(request, str(pk))
    if pk is not None and row is None:
        raise Http404
    if not (own.has_add_permission(request) if row is None else own.has_change_permission(request, row)):
        raise PermissionDenied
    shown, problems = _tried(request, own, pk)
    context = {
        **admin.site.each_context(request),
        "title": _("Preview: nothing is saved"),
        "previews": shown,
        "problems": problems,
        "messages": (),  # that it was saved, which it was not
    }
    return TemplateResponse(request, "admin/preview.html", context)


def _tried(request: HttpRequest, own: "ModelAdmin[Any]", pk: int | None) -> tuple[list[Preview], list[str]]:
    with transaction.atomic():
        hold_pipeline()
        before = last_news()
        answer = own.changeform_view(request, None if pk is None else str(pk))
        shown, problems = [], _problems(answer)
        if not problems:
            # Nobody else adds one while the pipeline is held.
            row = own.model._default_manager.get(pk=pk) if pk else own.model._default_manager.latest("pk")
            shown = previews_of(row, news_after=before, now=clock.now())
        transaction.set_rollback(True)
    list(messages.get_messages(request))  # nor is it told on the next page
    return shown, problems


def _problems(answer: HttpResponse) -> list[str]:
    """Why the form would not be saved."""
    if answer.status_code == 302:
        return []
    context = getattr(answer, "context_data", None) or {}
    return [str(error) for error in context.get("errors", ())] or [_("It cannot be saved as it is.")]
