"""The admin of subscriptions and of what was sent: who is told, by what, and what came of it."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from probes.vocabulary.bilingual import NOTHING
from probes.vocabulary.telling import Channel, NewsKind, Rhythm
from statuspage import clock
from statuspage.admin_base import ModelAdmin, ModelForm, ReadOnlyAdmin
from statuspage.delivery.models import Delivery, News
from statuspage.delivery.resending import send_again
from statuspage.incidents.models import CAUSE_CHOICES
from statuspage.incidents.naming import name_of
from statuspage.monitoring.models import Component
from statuspage.subscribers.addresses import masked, open_address, place_of_address
from statuspage.subscribers.hooks.making import aim, checked_target, forgive, target_of
from statuspage.subscribers.hooks.posts import HookError, HookTarget
from statuspage.subscribers.hooks.sending import CHATS
from statuspage.subscribers.hooks.webhook import new_secret
from statuspage.subscribers.models import Subscription
from statuspage.webpush.receivers import SealError
from statuspage.wording.active import choices_of, said
from statuspage.wording.delivery import CHANNELS, KINDS

HOOKS = (Channel.WEBHOOK, *CHATS)
HOOK_CHOICES = choices_of({channel: CHANNELS[channel] for channel in HOOKS})
NOT_TOLD = "–"


class HookForm(ModelForm):
    """A webhook or a chat; it is tried when it is saved."""

    url = forms.CharField(
        label=_("address"),
        required=False,
        widget=forms.URLInput(attrs={"class": "vURLField"}),
        help_text=_(
            "The address that the chat or program gives for incoming messages. "
            "Empty: as it is, or, for Telegram, the one of the bot."
        ),
    )
    secret = forms.CharField(
        label=_("secret"),
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "Feishu and DingTalk: by which the group has messages signed. Telegram: the bot's token. "
            "For a webhook one is made and shown once."
        ),
    )
    chat = forms.CharField(
        label=_("chat"), required=False, max_length=100, help_text=_("Telegram: the id of the chat.")
    )
    components = forms.MultipleChoiceField(
        label=_("components"), required=False, help_text=_("None: all of them.")
    )
    causes = forms.MultipleChoiceField(
        label=_("causes"), required=False, choices=CAUSE_CHOICES, help_text=_("None: all of them.")
    )

    class Meta:
        model = Subscription
        fields = ("channel", "name", "components", "causes", "least_impact", "language")

    target: HookTarget | None = None
    made_secret = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.fields.keys() >= {"channel", "name", "components"}:
            return  # whoever may only look has no fields
        shown = Component.objects.filter(retired=False).select_related("group")
        self.fields["components"].choices = [  # type: ignore[attr-defined]
            (row.slug, said(name_of(row))) for row in shown
        ]
        self.fields["name"].required = True
        self.fields["channel"].choices = HOOK_CHOICES  # type: ignore[attr-defined]
        self.fields["channel"].disabled = self.instance.pk is not None

    def clean(self) -> dict[str, Any]:
        """Try it where it is new or goes elsewhere; what is wrong stands beside the address."""
        cleaned = super().clean() or {}
        new = self.instance.pk is None
        given = {name: cleaned.get(name, "") for name in ("url", "secret", "chat")}
        if self.errors or not (new or any(given.values())):
            return cleaned
        try:
            self.target = self._checked(cleaned, given)
        except (ValueError, HookError) as error:
            self.add_error("url", gettext("It was not taken: %(problem)s") % {"problem": error})
        return cleaned

    def _checked(self, cleaned: dict[str, Any], given: dict[str, str]) -> HookTarget:
        channel = Channel(cleaned["channel"])
        before = _target(self.instance) if self.instance.pk else None
        if channel is Channel.WEBHOOK and before is None:
            self.made_secret = given["secret"] = new_secret()
        if before is not None:
            moved = channel is Channel.TELEGRAM and given["secret"]
            given["url"] = given["url"] or ("" if moved else before.url)
            given["chat"] = given["chat"] or before.chat
            given["secret"] = (
                before.secret if channel is Channel.WEBHOOK else given["secret"] or before.secret
            )
        return checked_target(channel, **given, language_code=cleaned["language"], now=clock.now())


def _target(row: Subscription) -> HookTarget | None:
    try:
        return target_of(row)
    except (SealError, ValueError):
        return None


@admin.register(Subscription)
class SubscriptionAdmin(ModelAdmin):
    """Who is told. Readers are shown without their address; webhooks and chats are made here."""

    form = HookForm
    list_display = ("whom", "channel", "standing", "rhythm", "language", "created_at", "failures", "trouble")
    list_filter = ("channel", "standing", "rhythm", "language")
    search_fields = ("name",)
    search_help_text = _("A name, or a whole mail address.")
    show_full_result_count = False
    list_per_page = 50
    fields = (
        "channel", "name", "url", "secret", "chat", "components", "causes", "least_impact", "language",
        "standing", "created_at", "failures", "failed_at", "trouble",
    )  # fmt: skip
    readonly_fields = ("standing", "created_at", "failures", "failed_at", "trouble")

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """What became of it is told once it is there."""
        return self.fields if obj else [name for name in self.fields if name not in self.readonly_fields]

    @admin.display(description=_("whom"))
    def whom(self, row: Subscription) -> str:
        """A chat's name, or as much of an address as one recognises."""
        return whom_of(row.name, row.channel, row.sealed)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Subscription], search_term: str
    ) -> tuple[QuerySet[Subscription], bool]:
        """Addresses are sealed: only who knows a whole one finds it."""
        if "@" in search_term:
            return queryset.filter(place=place_of_address(search_term.strip(), settings.SECRET_KEY)), False
        return super().get_search_results(request, queryset, search_term)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """What readers wish is theirs to change."""
        mine = not isinstance(obj, Subscription) or obj.channel != Channel.MAIL.value
        return mine and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Subscription, form: Any, change: bool) -> None:
        """Keep where it goes, and show a secret that was made for it, once."""
        obj.rhythm = obj.rhythm or Rhythm.AT_ONCE.value
        if form.target is not None:
            aim(obj, form.target, now=clock.now())
        super().save_model(request, obj, form, change)
        forgive(obj)
        if form.made_secret:
            told = gettext("The secret, which is shown only now: %(secret)s") % {"secret": form.made_secret}
            messages.warning(request, told)


class KindFilter(admin.SimpleListFilter):
    """What it tells."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return choices_of(KINDS)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> QuerySet[Delivery]:
        known = {kind.value for kind in NewsKind}
        return queryset.filter(news__kind=self.value()) if self.value() in known else queryset


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """What was sent to whom, what waits, and what failed."""

    list_display = ("whom", "channel", "told", "stage", "created_at", "detail")
    list_filter = ("stage", "recipient__channel", KindFilter)
    list_select_related = ("news", "recipient")
    show_full_result_count = False
    list_per_page = 50
    ordering = ("-pk",)
    actions = ("resend",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        row = Subscription.objects.filter(key=OuterRef("recipient__name"))
        rows: QuerySet[Delivery] = super().get_queryset(request)
        return rows.annotate(
            sealed=Subquery(row.values("sealed")[:1]), called=Subquery(row.values("name")[:1])
        )

    @admin.display(description=_("whom"))
    def whom(self, row: Any) -> str:
        return whom_of(row.called or "", row.recipient.channel, row.sealed or "")

    @admin.display(description=_("channel"))
    def channel(self, row: Delivery) -> str:
        return said(CHANNELS[Channel(row.recipient.channel)].say())

    @admin.display(description=_("what"))
    def told(self, row: Delivery) -> str:
        """What kind of news, and of what."""
        kind = KINDS[NewsKind(row.news.kind)].say() if row.news.kind else NOTHING
        return " · ".join(filter(None, (said(kind), said(row.news.title)))) or NOT_TOLD

    @admin.action(description=_("Send again"), permissions=["resend"])
    def resend(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Send what was given up, or sent, once more."""
        count = send_again(list(queryset.values_list("pk", flat=True)), now=clock.now())
        messages.success(request, gettext("%(count)d will be sent again.") % {"count": count})

    def has_resend_permission(self, request: HttpRequest) -> bool:
        """Whoever may make chats that are told may have them told again."""
        return request.user.has_perm("subscribers.change_subscription")


@admin.register(News)
class NewsAdmin(ReadOnlyAdmin):
    """What is to be told, and whether it was handed to all."""

    list_display = ("key", "kind", "title_en", "created_at", "spread")
    list_filter = ("kind", "spread")
    show_full_result_count = False
    list_per_page = 50
    ordering = ("-pk",)


def whom_of(name: str, channel: str, sealed: str) -> str:
    """A recipient as the admin names him: never a whole address."""
    if name:
        return name
    if channel != Channel.MAIL.value or not sealed:
        return NOT_TOLD
    try:
        return masked(open_address(sealed, settings.SECRET_KEY))
    except SealError:
        return NOT_TOLD
