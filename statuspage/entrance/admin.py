"""Users with their second factor, and groups; nobody sees another's key or gains rights by editing either."""

from typing import TYPE_CHECKING, Any, TypeAlias

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_otp.plugins.otp_totp.models import TOTPDevice

from statuspage.admin_base import ModelAdmin
from statuspage.entrance import rights, second_factor

if TYPE_CHECKING:
    BaseUserAdmin: TypeAlias = UserAdmin[User]
    BaseGroupAdmin: TypeAlias = GroupAdmin
else:  # Django's own class takes no parameters when it runs
    BaseUserAdmin, BaseGroupAdmin = UserAdmin, GroupAdmin

admin.site.unregister(TOTPDevice)
admin.site.unregister(User)
admin.site.unregister(Group)

# What gives rights, and is given by superusers alone.
RIGHTS = ("is_superuser", "groups", "user_permissions")


@admin.register(User)
class GuardedUserAdmin(ModelAdmin, BaseUserAdmin):
    """Django's, with the second factor; only superusers give rights, and nobody changes who has more."""

    list_display = ("username", "email", "is_staff", "is_superuser", "is_active", "has_second_factor")
    actions = ("remove_second_factor",)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[Any]:
        fields = list(super().get_readonly_fields(request, obj))
        return fields if self.has_superuser_permission(request) else [*fields, *RIGHTS]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and rights.may_change(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and rights.may_change(request.user, obj)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002  (Django's)
        """Another's password; for one's own the old one is asked, or a session would do to take it."""
        # Looked up as Django does it, which takes "01" for 1.
        if self.get_object(request, unquote(id)) == request.user:
            return HttpResponseRedirect(reverse("admin:password_change"))
        return super().user_change_password(request, id, form_url)

    @admin.display(boolean=True, description=_("second factor"))
    def has_second_factor(self, user: User) -> bool:
        return second_factor.device_of(user) is not None

    @admin.action(description=_("Remove the second factor, for who has lost it"), permissions=["superuser"])
    def remove_second_factor(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """Let users set it up anew."""
        removed = sum(second_factor.remove(user) for user in users)
        text = ngettext(
            "Removed the second factor of %(n)d user.", "Removed the second factor of %(n)d users.", removed
        )
        self.message_user(request, text % {"n": removed}, messages.SUCCESS)

    def has_superuser_permission(self, request: HttpRequest) -> bool:
        """Who may remove what guards another's account."""
        return bool(request.user.is_superuser)


@admin.register(Group)
class GuardedGroupAdmin(ModelAdmin, BaseGroupAdmin):
    """Django's, for superusers to change: whoever changes a group gives rights to all who are in it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return bool(request.user.is_superuser)
