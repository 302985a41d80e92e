"""What is watched: components, payers, places and the standing orders that join them."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from probes.tables import SLUG
from probes.vocabulary.kinds import ComponentKind, guessed_kind
from probes.vocabulary.symptoms import Product
from probes.vocabulary.tiers import RiskTier
from statuspage.monitoring.models.bilingual import BilingualText
from statuspage.monitoring.models.said_beside import SaidBeside
from statuspage.wording.active import choices_of, said
from statuspage.wording.labels import COMPONENT_KINDS, PRODUCTS, TIERS, named_payer

MORE_THAN_NONE = _("It must be more than 0.")
# As the catalog file spells them, or a row could not be told in one.
ONE_WORD = RegexValidator(
    rf"^{SLUG.pattern}\Z",
    _("Only lower-case letters, digits, and single hyphens or underscores between them."),
)
DOTTED = RegexValidator(
    r"^[a-z0-9._-]+\Z", _("Only lower-case letters, digits, dots, hyphens and underscores.")
)


class Named(models.Model):
    """Something with a stable slug and a name in both languages, which may come from the catalog file."""

    slug = models.SlugField(_("slug"), max_length=100, unique=True, validators=[ONE_WORD])
    name_zh = models.CharField(_("name (Chinese)"), max_length=100)
    name_en = models.CharField(_("name (English)"), max_length=100)
    name = BilingualText()
    catalog_hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        """Its name, for whoever chooses one among others; programs ask for the slug."""
        return said(self.name) or self.slug


class ComponentGroup(Named):
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "slug"]
        verbose_name = _("component group")
        verbose_name_plural = _("component groups")


class Component(SaidBeside, Named):
    """What a customer sees on the page."""

    group = models.ForeignKey(
        ComponentGroup,
        models.PROTECT,
        related_name="components",
        null=True,
        blank=True,
        verbose_name=_("group"),
    )
    description_zh = models.CharField(_("description (Chinese)"), max_length=300, blank=True)
    description_en = models.CharField(_("description (English)"), max_length=300, blank=True)
    description = BilingualText()
    position = models.PositiveIntegerField(_("position"), default=0)
    product = models.CharField(
        _("product"),
        max_length=12,
        choices=choices_of(PRODUCTS),
        default=Product.NONE,
        help_text=_("What people name who complain of it."),
    )
    kind = models.CharField(
        _("kind"),
        max_length=12,
        choices=choices_of(COMPONENT_KINDS),
        blank=True,
        help_text=_("What it is for, which decides what users are advised; guessed from its name if empty."),
    )
    caution = models.FloatField(
        _("caution"),
        default=1.0,
        help_text=_("1 is the site's target of false incidents; 10 allows ten times fewer and acts later."),
    )
    retired = models.BooleanField(_("retired"), default=False, help_text=_("No longer shown or probed."))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        ordering = ["group__position", "position", "slug"]
        verbose_name = _("component")
        verbose_name_plural = _("components")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(caution__gt=0),
                name="component_caution_positive",
                violation_error_code="caution",
                violation_error_message=MORE_THAN_NONE,
            )
        ]

    @property
    def told_kind(self) -> ComponentKind:
        """What it is for: as it was told, or else as its names speak of it."""
        if self.kind:
            return ComponentKind(self.kind)
        return guessed_kind(self.slug, self.name_zh, self.name_en)


class Persona(Named):
    """A synthetic payer and how a risk engine would rate it."""

    risk_tier = models.CharField(_("risk tier"), max_length=16, choices=choices_of(TIERS))
    payer = models.JSONField(
        _("payer"),
        default=dict,
        blank=True,
        help_text=_("The test account as its gateways need it, such as openid."),
    )

    class Meta:
        ordering = ["slug"]
        verbose_name = _("persona")
        verbose_name_plural = _("personas")

    def __str__(self) -> str:
        """With its risk, by which one is chosen for a probe."""
        if self.risk_tier not in {*RiskTier}:
            return super().__str__()
        return said(named_payer(self.name, RiskTier(self.risk_tier)))


class Vantage(Named):
    """Where a probe runs from; its checks go to the queue ``checks.<slug>``."""

    connect_to = models.JSONField(
        _("connect to"),
        default=dict,
        blank=True,
        help_text=_(
            'Addresses to connect to instead, as {"host:port": "host:port"}; '
            "names and certificates stay true."
        ),
    )

    class Meta:
        ordering = ["slug"]
        verbose_name = _("vantage")
        verbose_name_plural = _("vantages")


class Endpoint(Named):
    """A payment provider's or control's address, and the dialect that is spoken there."""

    gateway = models.CharField(_("gateway"), max_length=50)
    base_url = models.URLField(_("base URL"), max_length=300)
    credentials = models.JSONField(
        _("credentials"),
        default=dict,
        blank=True,
        help_text=_("Account numbers, and file paths or ${NAME} of secrets; never the secrets themselves."),
    )

    class Meta:
        ordering = ["slug"]
        verbose_name = _("endpoint")
        verbose_name_plural = _("endpoints")


class Probe(SaidBeside):
    """A standing order: an endpoint, asked as a persona from a vantage. A control has no component."""

    slug = models.CharField(_("slug"), max_length=150, unique=True, validators=[DOTTED])
    component = models.ForeignKey(
        Component, models.PROTECT, related_name="probes", null=True, blank=True, verbose_name=_("component")
    )
    persona = models.ForeignKey(
        Persona, models.PROTECT, related_name="probes", null=True, blank=True, verbose_name=_("persona")
    )
    vantage = models.ForeignKey(Vantage, models.PROTECT, related_name="probes", verbose_name=_("vantage"))
    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="probes", verbose_name=_("endpoint"))
    operation = models.CharField(
        _("operation"), max_length=50, help_text=_("What the gateway is asked to do.")
    )
    options = models.JSONField(_("options"), default=dict, blank=True)
    interval_seconds = models.FloatField(_("interval, seconds"), default=60)
    timeout_seconds = models.FloatField(_("timeout, seconds"), default=10)
    slow_after_ms = models.FloatField(_("slow after, milliseconds"), null=True, blank=True)
    enabled = models.BooleanField(_("enabled"), default=True)
    paused_at = models.DateTimeField(_("paused at"), null=True, blank=True, editable=False)
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True, editable=False)
    pause_reason = models.CharField(_("why it is paused"), max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    catalog_hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering = ["slug"]
        verbose_name = _("probe")
        verbose_name_plural = _("probes")
        permissions = [("pause_probe", "Can pause and resume probes")]
        indexes = [
            models.Index(
                fields=["paused_until"],
                condition=models.Q(paused_until__isnull=False),
                name="probes_to_resume",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(paused_at__isnull=True) | models.Q(enabled=False),
                name="probe_paused_is_off",
            ),
            models.CheckConstraint(
                condition=models.Q(paused_until__isnull=True) | models.Q(paused_at__isnull=False),
                name="probe_resumes_from_a_pause",
            ),
            models.CheckConstraint(
                condition=models.Q(component__isnull=True) | models.Q(persona__isnull=False),
                name="probe_of_component_has_persona",
                violation_error_code="persona",
                violation_error_message=_(
                    "A probe of a component asks as a persona; only a control has none."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(interval_seconds__gt=0),
                name="probe_interval_positive",
                violation_error_code="interval_seconds",
                violation_error_message=MORE_THAN_NONE,
            ),
            models.CheckConstraint(
                condition=models.Q(timeout_seconds__gt=0),
                name="probe_timeout_positive",
                violation_error_code="timeout_seconds",
                violation_error_message=MORE_THAN_NONE,
            ),
        ]

    def __str__(self) -> str:
        return self.slug
