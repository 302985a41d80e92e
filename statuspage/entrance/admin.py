"""Users with roles and a second factor, and groups; nobody sees another's key or gains rights by editing."""

from typing import TYPE_CHECKING, Any, TypeAlias

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Model, QuerySet
from django.forms import ModelMultipleChoiceField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_otp.plugins.otp_totp.models import TOTPDevice

from statuspage.admin_base import ModelAdmin
from statuspage.entrance import rights, second_factor
from statuspage.entrance.roles import LABELS, Role, is_owner
from statuspage.entrance.sessions import end_sessions

if TYPE_CHECKING:
    BaseUserAdmin: TypeAlias = UserAdmin[User]
    BaseGroupAdmin: TypeAlias = GroupAdmin
    _ManyField: TypeAlias = ModelMultipleChoiceField[Model]
else:  # Django's own classes take no parameters when it runs
    BaseUserAdmin, BaseGroupAdmin, _ManyField = UserAdmin, GroupAdmin, ModelMultipleChoiceField

admin.site.unregister(TOTPDevice)
admin.site.unregister(User)
admin.site.unregister(Group)

# What gives rights: owners put users into groups, roles among them; the rest superusers alone give.
SINGLE_RIGHTS = ("is_superuser", "user_permissions")
RIGHTS = (*SINGLE_RIGHTS, "groups")


class GroupsField(_ManyField):
    """Groups by what they are for."""

    def label_from_instance(self, obj: Model) -> str:
        return _group_name(obj) if isinstance(obj, Group) else str(obj)


@admin.register(User)
class GuardedUserAdmin(ModelAdmin, BaseUserAdmin):
    """Django's, with the second factor; only owners give roles, and nobody changes who has more rights."""

    list_display = ("username", "email", "is_staff", "is_superuser", "is_active", "has_second_factor")
    actions = ("remove_second_factor",)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[Any]:
        fields = [*super().get_readonly_fields(request, obj), "open_sessions"]
        if request.user.is_superuser:
            return fields
        return [*fields, *(SINGLE_RIGHTS if is_owner(request.user) else RIGHTS)]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Groups by what they are for; only those that give no more than who chooses them has."""
        if db_field.name != "groups":
            return super().formfield_for_manytomany(db_field, request, **kwargs)
        kwargs["queryset"] = rights.groups_to_give(request.user)
        return super().formfield_for_manytomany(db_field, request, **kwargs, form_class=GroupsField)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and rights.may_change(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and rights.may_change(request.user, obj)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002  (Django's)
        """Another's password; for one's own the old one is asked, or a session would do to take it."""
        # Looked up as Django does it, which takes "01" for 1.
        user = self.get_object(request, unquote(id))
        if user == request.user:
            return HttpResponseRedirect(reverse("admin:password_change"))
        response = super().user_change_password(request, id, form_url)
        if user is not None and request.method == "POST" and response.status_code == 302:
            end_sessions(user)
        return response

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not is_owner(request.user):
            return fieldsets
        return (*fieldsets, (_("Sessions"), {"fields": ("open_sessions",)}))

    @admin.display(description=_("Sessions"))
    def open_sessions(self, user: User) -> SafeString:
        """Leads to where they are listed and ended."""
        return format_html('<a href="{}?of={}">{}</a>', reverse("admin:sessions"), user.pk, _("See and end"))

    @admin.display(boolean=True, description=_("second factor"))
    def has_second_factor(self, user: User) -> bool:
        return second_factor.device_of(user) is not None

    @admin.action(description=_("Remove the second factor, for who has lost it"), permissions=["owner"])
    def remove_second_factor(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """Let users set it up anew."""
        removed = sum(second_factor.remove(user) for user in users if rights.may_change(request.user, user))
        text = ngettext(
            "Removed the second factor of %(n)d user.", "Removed the second factor of %(n)d users.", removed
        )
        self.message_user(request, text % {"n": removed}, messages.SUCCESS)

    def has_owner_permission(self, request: HttpRequest) -> bool:
        """Who may remove what guards another's account."""
        return is_owner(request.user)


@admin.register(Group)
class GuardedGroupAdmin(ModelAdmin, BaseGroupAdmin):
    """Django's, for superusers to change: whoever changes a group gives rights to all who are in it.

    The groups of the roles follow the table of roles and are nobody's to change.
    """

    list_display = ("what_for",)

    @admin.display(description=_("group"), ordering="name")
    def what_for(self, group: Group) -> str:
        return _group_name(group)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return bool(request.user.is_superuser) and not _is_role(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return bool(request.user.is_superuser) and not _is_role(obj)


def _is_role(group: Group | None) -> bool:
    return group is not None and group.name in list(Role)


def _group_name(group: Group) -> str:
    return str(LABELS[Role(group.name)]) if _is_role(group) else group.name
