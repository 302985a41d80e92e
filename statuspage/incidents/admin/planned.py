"""The admin of planned work and of announcements."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from statuspage import clock
from statuspage.admin_base import KeptAdmin, StackedInline
from statuspage.incidents import handling
from statuspage.incidents.admin.base import SIDE_BY_SIDE, TitledAdmin
from statuspage.incidents.maintenance import follow_its_times, leave_notice
from statuspage.incidents.models import Announcement, Maintenance, MaintenanceUpdate
from statuspage.incidents.planned_updates import write
from statuspage.incidents.timeline import new_public_id
from statuspage.monitoring.lateness import open_moment


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
class MaintenanceAdmin(KeptAdmin, TitledAdmin):
    """Every change is told to the detector as well, so that it expects what was announced.

    Calendars and the detector know of it: withdraw it by its status instead of deleting it.
    """

    inlines = (WorkUpdateInline,)
    list_display = ("title", "status", "starts_at", "ends_at", "slug")
    list_filter = ("status", "components")
    search_fields = ("slug", "title_zh", "title_en")
    prepopulated_fields = {"slug": ("title_en",)}
    fieldsets = (
        (
            _("What is told"),
            {
                "fields": (("title_zh", "title_en"), ("body_zh", "body_en"), "components"),
                "classes": ("bilingual",),
            },
        ),
        (
            _("When"),
            {
                "fields": (("starts_at", "ends_at"), "status"),
                "description": _(
                    "A scheduled window begins and ends by itself. Set “verifying” to hold it open after its "
                    "end, and “cancelled” to withdraw it."
                ),
            },
        ),
        (_("Address"), {"fields": ("slug",)}),
    )

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj is not None else dict(super().get_prepopulated_fields(request, obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("slug",) if obj is not None else ()

    def save_model(self, request: HttpRequest, obj: Maintenance, form: Any, change: bool) -> None:
        if change and not form.has_changed():
            return
        now = clock.now()
        if not change:
            obj.public_id, obj.announced_at = new_public_id(), now
        obj.updated_at = now
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
            leave_notice(form.instance, at=open_moment(now))
        handling.make_public(now=now)


@admin.register(Announcement)
class AnnouncementAdmin(TitledAdmin):
    """It is on the page within seconds of being saved."""

    list_display = ("title", "published", "pinned", "starts_at", "ends_at")
    list_filter = ("published", "pinned", "components")
    search_fields = ("title_zh", "title_en", "body_zh", "body_en")
    fieldsets = (
        (
            _("What is told"),
            {"fields": (("title_zh", "title_en"), ("body_zh", "body_en")), "classes": ("bilingual",)},
        ),
        (_("Where and when"), {"fields": (("published", "pinned"), ("starts_at", "ends_at"), "components")}),
    )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"starts_at": clock.now(), **super().get_changeform_initial_data(request)}

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        handling.make_public(now=clock.now())

    def delete_model(self, request: HttpRequest, obj: Announcement) -> None:
        super().delete_model(request, obj)
        handling.make_public(now=clock.now())

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        super().delete_queryset(request, queryset)
        handling.make_public(now=clock.now())
