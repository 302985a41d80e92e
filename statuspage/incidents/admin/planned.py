"""The admin of planned work and of announcements."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from probes.vocabulary.occasions import Occasion
from probes.vocabulary.states import MaintenanceStatus
from statuspage import clock
from statuspage.admin_base import KeptAdmin, StackedInline
from statuspage.drafting.filling import WordValues
from statuspage.incidents import handling
from statuspage.incidents.admin.base import SIDE_BY_SIDE, TitledAdmin
from statuspage.incidents.admin.drafts import DraftingAdmin
from statuspage.incidents.admin.pasting import PastingAdmin
from statuspage.incidents.filling import of_planned, of_site
from statuspage.incidents.maintenance import follow_its_times, leave_notice
from statuspage.incidents.models import Announcement, Maintenance, MaintenanceUpdate
from statuspage.incidents.other_language import complete_row
from statuspage.incidents.planned_steering import ALLOWED, STEERS, Steer
from statuspage.incidents.planned_updates import write
from statuspage.incidents.timeline import new_public_id
from statuspage.logbook.deeds import noted_action
from statuspage.monitoring.lateness import open_moment

STEER_NAME = "incidents_maintenance_steer"
STEER_LABELS = {
    Steer.START: _("Start now"),
    Steer.EXTEND: _("Extend by 30 minutes"),
    Steer.END: _("End now"),
    Steer.CANCEL: _("Cancel it"),
}
USUAL_REMINDER = 24  # hours: who plans by form wants people to know the day before


class WorkUpdateInline(StackedInline):
    """What was told stays as it is; how the work moves on is told by itself, and more can be added."""

    model = MaintenanceUpdate
    extra = 1
    max_num = 200
    can_delete = False
    classes = ("bilingual",)
    ordering = ("-sequence",)
    fields = (("status", "written_by", "created_at"), ("body_zh", "body_en"))
    readonly_fields = ("status", "written_by", "created_at")
    formfield_overrides = SIDE_BY_SIDE

    @admin.display(description=_("written by"))
    def written_by(self, row: MaintenanceUpdate) -> str:
        return str(_("the machine") if row.by_machine else row.author or "–")

    def has_change_permission(self, request: HttpRequest, obj: Maintenance | None = None) -> bool:
        return False


@admin.register(Maintenance)
class MaintenanceAdmin(DraftingAdmin, KeptAdmin, PastingAdmin, TitledAdmin):
    """Every change is told to the detector as well, so that it expects what was announced.

    Calendars and the detector know of it: withdraw it by its status instead of deleting it.
    """

    inlines = (WorkUpdateInline,)
    change_form_template = "admin/incidents/maintenance/change_form.html"
    list_display = ("title", "status", "starts_at", "ends_at", "slug")
    list_filter = ("status", "series", "components")
    search_fields = ("slug", "title_zh", "title_en")
    prepopulated_fields = {"slug": ("title_en",)}
    fieldsets = (
        (
            _("What is told"),
            {
                "fields": (("title_zh", "title_en"), ("body_zh", "body_en"), "drafted", "components"),
                "classes": ("bilingual",),
            },
        ),
        (
            _("When"),
            {
                "fields": (("starts_at", "ends_at"), ("status", "remind_hours")),
                "description": _(
                    "A scheduled window begins and ends by itself. Set “verifying” to hold it open after its "
                    "end, and “cancelled” to withdraw it."
                ),
            },
        ),
        (_("Address"), {"fields": ("slug",)}),
    )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        # A Chinese title makes no address.
        if db_field.name == "slug":
            kwargs |= {"required": False, "help_text": _("Made by itself if empty.")}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"remind_hours": USUAL_REMINDER, **super().get_changeform_initial_data(request)}

    def occasions_of(self, row: Any | None) -> tuple[Occasion, ...]:
        return (Occasion.PLANNED,) if row is None else tuple(one for one in Occasion if one.is_planned)

    def filling_of(self, row: Any | None) -> WordValues:
        return of_site() if row is None else of_planned(row, at=clock.now())

    def get_urls(self) -> list[URLPattern]:
        steering = self.admin_site.admin_view(require_POST(self.steer_view))
        return [path("<path:object_id>/steer/", steering, name=STEER_NAME), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is not None and self.has_change_permission(request, row):
            steers = [(step.value, STEER_LABELS[step]) for step in ALLOWED[MaintenanceStatus(row.status)]]
            steer_url = reverse(f"admin:{STEER_NAME}", args=[row.pk])
            extra_context = {"steers": steers, "steer_url": steer_url, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, extra_context)

    def steer_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """One press of start, extend, end or cancel; what the form beside it holds is not saved."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        author, now = request.user if request.user.is_authenticated else None, clock.now()
        try:
            step = Steer(request.POST.get("step", ""))
            with noted_action(STEER_LABELS[step], Maintenance.objects.filter(pk=row.pk), now=now):
                STEERS[step](row, author=author, now=now)
        except ValueError:
            self.message_user(request, _("It stands otherwise by now: look again."), messages.WARNING)
        else:
            told = _("It is told so: %(status)s.") % {"status": row.get_status_display()}
            self.message_user(request, told, messages.SUCCESS)
        return redirect("admin:incidents_maintenance_change", row.pk)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj is not None else dict(super().get_prepopulated_fields(request, obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("slug", "drafted") if obj is not None else ("drafted",)

    def save_model(self, request: HttpRequest, obj: Maintenance, form: Any, change: bool) -> None:
        if change and not form.has_changed():
            return
        now = clock.now()
        if not change:
            obj.public_id, obj.announced_at = new_public_id(), now
            obj.slug = obj.slug or f"work-{obj.public_id}"
        obj.updated_at, obj.apart = now, obj.series_id is not None
        follow_its_times(obj, now=now)
        obj.save()

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        author, now = request.user if request.user.is_authenticated else None, clock.now()
        for told in formset.save(commit=False):
            write(form.instance, told.body, author=author, now=now)
            Maintenance.objects.filter(pk=form.instance.pk).update(updated_at=now)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        now = clock.now()
        if form.has_changed() or not change:
            row: Maintenance = form.instance
            complete_row(row, form.changed_data, Occasion.PLANNED, of_planned(row, at=now), now=now)
            leave_notice(form.instance, at=open_moment(now))
        handling.make_public(now=now)


@admin.register(Announcement)
class AnnouncementAdmin(DraftingAdmin, TitledAdmin):
    """It is on the page within seconds of being saved."""

    change_form_template = "admin/incidents/drafting_change_form.html"

    list_display = ("title", "published", "pinned", "starts_at", "ends_at")
    list_filter = ("published", "pinned", "components")
    search_fields = ("title_zh", "title_en", "body_zh", "body_en")
    readonly_fields = ("drafted",)
    fieldsets = (
        (
            _("What is told"),
            {
                "fields": (("title_zh", "title_en"), ("body_zh", "body_en"), "drafted"),
                "classes": ("bilingual",),
            },
        ),
        (_("Where and when"), {"fields": (("published", "pinned"), ("starts_at", "ends_at"), "components")}),
    )

    def occasions_of(self, row: Any | None) -> tuple[Occasion, ...]:
        return (Occasion.ANNOUNCEMENT,) if row is None else ()

    def filling_of(self, row: Any | None) -> WordValues:
        return of_site()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"starts_at": clock.now(), **super().get_changeform_initial_data(request)}

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        now = clock.now()
        if form.has_changed() or not change:
            complete_row(form.instance, form.changed_data, Occasion.ANNOUNCEMENT, of_site(), now=now)
        handling.make_public(now=now)

    def delete_model(self, request: HttpRequest, obj: Announcement) -> None:
        super().delete_model(request, obj)
        handling.make_public(now=clock.now())

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        super().delete_queryset(request, queryset)
        handling.make_public(now=clock.now())
