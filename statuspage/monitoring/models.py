"""What is watched and what was measured: rows, constraints and nothing else."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from probes.outcomes import Outcome, Product, RiskTier, Symptom


def choices_of(
    states: type[Outcome] | type[RiskTier] | type[Symptom] | type[Product],
) -> list[tuple[str, str]]:
    """The states of an enumeration as choices; they are stored as they stand and translated where shown."""
    return [(state.value, state.value) for state in states]


class Named(models.Model):
    """Something with a stable slug and a name in both languages."""

    slug = models.SlugField(_("slug"), max_length=100, unique=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=100)
    name_en = models.CharField(_("name (English)"), max_length=100)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.slug


class ComponentGroup(Named):
    position = models.PositiveIntegerField(_("position"), default=0)
    catalog_hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering = ["position", "slug"]
        verbose_name = _("component group")
        verbose_name_plural = _("component groups")


class Component(Named):
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
    position = models.PositiveIntegerField(_("position"), default=0)
    caution = models.FloatField(
        _("caution"),
        default=1.0,
        help_text=_("1 is the site's target of false incidents; 10 allows ten times fewer and acts later."),
    )
    retired = models.BooleanField(_("retired"), default=False, help_text=_("No longer shown or probed."))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    catalog_hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering = ["group__position", "position", "slug"]
        verbose_name = _("component")
        verbose_name_plural = _("components")
        constraints = [
            models.CheckConstraint(condition=models.Q(caution__gt=0), name="component_caution_positive")
        ]


class Persona(Named):
    """A synthetic payer and how a risk engine would rate it."""

    risk_tier = models.CharField(_("risk tier"), max_length=16, choices=choices_of(RiskTier))
    payer = models.JSONField(
        _("payer"),
        default=dict,
        blank=True,
        help_text=_("The test account as its gateways need it, such as openid."),
    )
    catalog_hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering = ["slug"]
        verbose_name = _("persona")
        verbose_name_plural = _("personas")


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
    catalog_hash = models.CharField(max_length=64, blank=True, editable=False)

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
    catalog_hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering = ["slug"]
        verbose_name = _("endpoint")
        verbose_name_plural = _("endpoints")


class Probe(models.Model):
    """A standing order: an endpoint, asked as a persona from a vantage. A control has no component."""

    slug = models.SlugField(_("slug"), max_length=150, unique=True)
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
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    catalog_hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering = ["slug"]
        verbose_name = _("probe")
        verbose_name_plural = _("probes")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(component__isnull=True) | models.Q(persona__isnull=False),
                name="probe_of_component_has_persona",
            ),
            models.CheckConstraint(
                condition=models.Q(interval_seconds__gt=0), name="probe_interval_positive"
            ),
            models.CheckConstraint(condition=models.Q(timeout_seconds__gt=0), name="probe_timeout_positive"),
        ]

    def __str__(self) -> str:
        return self.slug


class CheckResult(models.Model):
    """One run of a probe at its tick, with the raw answer as evidence."""

    probe = models.ForeignKey(Probe, models.CASCADE, related_name="results")
    tick = models.DateTimeField(help_text="When it was due.")
    at = models.DateTimeField(help_text="When it ended.")
    stored_at = models.DateTimeField(help_text="When it was written.")
    outcome = models.CharField(max_length=20, choices=choices_of(Outcome))
    error = models.CharField(max_length=10, null=True, blank=True)  # noqa: DJ001  (null means "there was an answer")
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)
    code = models.CharField(max_length=64, blank=True)
    message = models.CharField(max_length=500, blank=True)
    latency_ms = models.FloatField(null=True, blank=True)
    phases = models.JSONField(
        default=dict, help_text="Milliseconds of dns, connect, tls, first_byte and body."
    )
    hung_phase = models.CharField(max_length=12, blank=True, help_text="Where a timeout hung.")
    steps = models.JSONField(default=list, help_text="The verdict of each step of a multi-step check.")
    certificate_expires_at = models.DateTimeField(null=True, blank=True)
    late = models.BooleanField(
        default=False, help_text="Arrived after its moment was concluded; kept as evidence only."
    )

    class Meta:
        verbose_name = _("check result")
        verbose_name_plural = _("check results")
        constraints = [
            models.UniqueConstraint(fields=["probe", "tick"], name="one_result_per_probe_and_tick")
        ]
        indexes = [models.Index(fields=["at"]), models.Index(fields=["stored_at"])]

    def __str__(self) -> str:
        return f"{self.probe_id}@{self.tick:%Y-%m-%dT%H:%M:%SZ}"


class Grain(models.TextChoices):
    MINUTE = "minute", _("minute")
    HOUR = "hour", _("hour")
    DAY = "day", _("day")


class Rollup(models.Model):
    """Counts of one component, persona and vantage over one window (a control has neither of the first two).

    Hours and days are those of the site's zone. What was concluded is added at once, so a window grows until
    ``Progress.concluded_until`` has passed its end; then it is closed and never changes again. ``series``
    names the three in one word that is never null, because SQLite holds two nulls for different.
    """

    grain = models.CharField(max_length=6, choices=Grain.choices)
    start = models.DateTimeField()
    series = models.CharField(max_length=60)
    component = models.ForeignKey(Component, models.CASCADE, null=True, related_name="+")
    persona = models.ForeignKey(Persona, models.CASCADE, null=True, related_name="+")
    vantage = models.ForeignKey(Vantage, models.CASCADE, related_name="+")
    outcomes = models.JSONField(default=dict, help_text="Number of checks by outcome.")
    latency_sum_ms = models.FloatField(default=0)
    latency_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["grain", "start", "series"], name="one_rollup_per_window")
        ]
        indexes = [models.Index(fields=["component", "grain", "start"])]

    def __str__(self) -> str:
        return f"{self.grain} {self.start:%Y-%m-%dT%H:%M}"


class CheckTotal(models.Model):
    """Checks ever, by probe and outcome: a counter that does not fall when results are pruned."""

    probe = models.ForeignKey(Probe, models.CASCADE, related_name="totals")
    outcome = models.CharField(max_length=20, choices=choices_of(Outcome))
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["probe", "outcome"], name="one_total_per_probe_and_outcome")
        ]

    def __str__(self) -> str:
        return f"{self.probe_id} {self.outcome} {self.count}"


class DurationTotal(models.Model):
    """Durations ever, by component and vantage, as a histogram; none of it falls when results are pruned."""

    series = models.CharField(max_length=40, unique=True)
    component = models.ForeignKey(Component, models.CASCADE, null=True, related_name="+")
    vantage = models.ForeignKey(Vantage, models.CASCADE, related_name="+")
    buckets = models.JSONField(
        default=dict, help_text='Checks of each bucket by its upper bound in seconds, such as {"0.5": 12}.'
    )
    sum_seconds = models.FloatField(default=0)
    count = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return self.series


class CodeRule(models.Model):
    """What an admin taught the code book: it goes before the rules that are shipped."""

    dialect = models.CharField(_("dialect"), max_length=50, blank=True)
    http_status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    code = models.CharField(_("code"), max_length=64, blank=True, help_text=_("Exact; empty for any."))
    pattern = models.CharField(
        _("pattern"),
        max_length=200,
        blank=True,
        help_text=_("Regular expression on the message; empty for any."),
    )
    outcome = models.CharField(_("outcome"), max_length=20, choices=choices_of(Outcome))
    note = models.CharField(_("note"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("code rule")
        verbose_name_plural = _("code rules")

    def __str__(self) -> str:
        return f"{self.http_status or '*'} {self.code or '*'} {self.pattern or '*'} -> {self.outcome}"


class UnmappedAnswer(models.Model):
    """An answer that no rule of the code book named, for an admin to look at."""

    http_status = models.PositiveSmallIntegerField(_("HTTP status"), default=0)
    code = models.CharField(_("code"), max_length=64, blank=True)
    message = models.CharField(_("message"), max_length=200, blank=True)
    outcome = models.CharField(_("taken for"), max_length=20, choices=choices_of(Outcome))
    count = models.PositiveBigIntegerField(_("count"), default=0)
    first_seen = models.DateTimeField(_("first seen"))
    last_seen = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name = _("unmapped answer")
        verbose_name_plural = _("unmapped answers")
        constraints = [
            models.UniqueConstraint(
                fields=["http_status", "code", "message"], name="one_row_per_unmapped_answer"
            )
        ]

    def __str__(self) -> str:
        return f"{self.http_status} {self.code} {self.message}"


class Source(Named):
    """A public place where users say what happens to them."""

    class Kind(models.TextChoices):
        HTML = "html", "HTML"
        RSS = "rss", "RSS / Atom"
        JSON = "json", "JSON"
        HERE = "here", _("this site's own form")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    url = models.URLField(_("URL"), max_length=500)
    options = models.JSONField(
        _("options"),
        default=dict,
        blank=True,
        help_text=_("Selectors or paths of item, text, time, author and link."),
    )
    interval_seconds = models.FloatField(_("interval, seconds"), default=60)
    enabled = models.BooleanField(_("enabled"), default=True)
    etag = models.CharField(max_length=200, blank=True, editable=False)
    last_modified = models.CharField(max_length=100, blank=True, editable=False)
    not_before = models.DateTimeField(null=True, blank=True, editable=False)
    last_attempt_at = models.DateTimeField(_("last attempt"), null=True, blank=True, editable=False)
    last_success_at = models.DateTimeField(_("last success"), null=True, blank=True, editable=False)
    last_error = models.CharField(_("last error"), max_length=300, blank=True, editable=False)
    catalog_hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering = ["slug"]
        verbose_name = _("source")
        verbose_name_plural = _("sources")


class Report(models.Model):
    """One post by a user, without anything that names a person."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="reports")
    external_id = models.CharField(max_length=200)
    at = models.DateTimeField(_("collected at"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    author = models.CharField(_("author (hash)"), max_length=64, blank=True)
    text = models.TextField(_("text"), max_length=4000, blank=True)
    url = models.URLField(_("URL"), max_length=500, blank=True)
    symptom = models.CharField(_("symptom"), max_length=20, choices=choices_of(Symptom))
    product = models.CharField(_("product"), max_length=12, choices=choices_of(Product))
    probability = models.FloatField(_("probability"))
    repost_of = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="reposts")
    hidden = models.BooleanField(_("hidden"), default=False)
    read_as = models.CharField(
        _("read as"),
        max_length=20,
        choices=choices_of(Symptom),
        blank=True,
        editable=False,
        help_text=_("What the machine took it for, where a person says otherwise."),
    )
    relabelled_at = models.DateTimeField(_("relabelled at"), null=True, blank=True, editable=False)
    late = models.BooleanField(
        default=False, editable=False, help_text="Came after its moment was concluded; not judged."
    )

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="one_report_per_source_and_id")
        ]
        indexes = [
            models.Index(fields=["at"]),
            models.Index(fields=["symptom", "at"]),
            models.Index(fields=["hidden"], condition=models.Q(hidden=True), name="hidden_reports"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}/{self.external_id}"


class ReportQuota(models.Model):
    """How many reports one network filed here in one hour; the key is a keyed hash, another one each hour."""

    key = models.CharField(max_length=32, unique=True)
    hour = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%dT%H} {self.count}"


class Progress(models.Model):
    """How far the pipeline has come: one row, which is also the writer's lock."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    concluded_until = models.DateTimeField(_("concluded until"), null=True)
    detector_state = models.BinaryField(null=True)
    state_token = models.CharField(
        max_length=32, blank=True, help_text="Another one with each change of the detector's state."
    )
    conditions = models.JSONField(_("conditions"), default=dict)
    advanced_at = models.DateTimeField(_("advanced at"), null=True)
    published_at = models.DateTimeField(_("published at"), null=True)
    changed_at = models.DateTimeField(
        _("changed at"), null=True, help_text=_("When anything public last changed.")
    )

    class Meta:
        verbose_name = _("progress")
        verbose_name_plural = _("progress")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="only_one_progress")]

    def __str__(self) -> str:
        return f"until {self.concluded_until}"


class Dispatch(models.Model):
    """How far checks were handed out and lost ones written off: one row, moved by conditional updates."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    dispatched_until = models.DateTimeField()
    swept_until = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="only_one_dispatch")]

    def __str__(self) -> str:
        return f"until {self.dispatched_until}"
