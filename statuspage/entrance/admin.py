"""Users with their second factor; nobody sees another's key."""

from typing import TYPE_CHECKING, TypeAlias

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_otp.plugins.otp_totp.models import TOTPDevice

from statuspage.entrance import second_factor

if TYPE_CHECKING:
    BaseUserAdmin: TypeAlias = UserAdmin[User]
else:  # Django's own class takes no parameters when it runs
    BaseUserAdmin = UserAdmin

admin.site.unregister(TOTPDevice)
admin.site.unregister(User)


@admin.register(User)
class GuardedUserAdmin(BaseUserAdmin):
    """Django's, with a column and an action for the second factor."""

    list_display = ("username", "email", "is_staff", "is_superuser", "is_active", "has_second_factor")
    actions = ("remove_second_factor",)

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
