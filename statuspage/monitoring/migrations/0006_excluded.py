"""Tells what checks say nothing, apart in all counts, and makes totals of labels that nothing lowers later."""

from collections import Counter, defaultdict

from django.db import migrations, models

OUTCOMES = [('accepted', 'accepted'), ('timeout', 'no answer in time'), ('connect', 'no connection'), ('dns', 'name not found'), ('tls', 'certificate or encryption fault'), ('protocol', 'broken answer'), ('server_error', 'server error'), ('bad_answer', 'empty or wrong answer'), ('slow', 'too slow'), ('declined_risk', 'refused: risk'), ('declined_limit', 'refused: limit'), ('declined_policy', 'refused: policy'), ('declined_funds', 'refused: no funds'), ('declined_account', 'refused: account'), ('declined_unknown', 'refused without a reason'), ('maintenance', 'maintenance answer'), ('throttled', 'we asked too often'), ('unauthenticated', 'our keys or clock not accepted'), ('misconfigured', 'our own mistake'), ('missed', 'not asked')]
EXCLUSIONS = [
    ("vantage_lost", "the vantage was cut off"),
    ("persona_frozen", "the test account was frozen"),
    ("misconfigured", "we asked wrongly"),
    ("unauthenticated", "our keys or clock not accepted"),
    ("throttled", "we asked too often"),
    ("starved", "our own machine was too busy"),
]
# Outcomes that were of our own making by themselves, as they were counted until now.
OURS = ("misconfigured", "throttled")


def copy_counts(apps, schema_editor):
    sums = Counter()
    names = ("component__slug", "persona__slug", "persona__risk_tier", "vantage__slug")
    rows = apps.get_model("monitoring", "CheckTotal").objects.values_list(
        *(f"probe__{name}" for name in names), "outcome", "count"
    )
    for *labels, count in rows:
        sums[tuple(label or "" for label in labels)] += count
    new = apps.get_model("monitoring", "CheckCount")
    new.objects.bulk_create(
        new(
            component=component,
            persona=persona,
            tier=tier,
            vantage=vantage,
            outcome=outcome,
            excluded=outcome if outcome in OURS else "",
            count=count,
        )
        for (component, persona, tier, vantage, outcome), count in sums.items()
    )


def copy_durations(apps, schema_editor):
    sums = defaultdict(lambda: [Counter(), 0.0, 0])
    for row in apps.get_model("monitoring", "DurationTotal").objects.select_related("component", "vantage"):
        found = sums[row.component.slug if row.component else "", row.vantage.slug]
        found[0].update(row.buckets)
        found[1] += row.sum_seconds
        found[2] += row.count
    new = apps.get_model("monitoring", "DurationCount")
    new.objects.bulk_create(
        new(component=component, vantage=vantage, buckets=dict(buckets), sum_seconds=seconds, count=count)
        for (component, vantage), (buckets, seconds, count) in sums.items()
    )


def set_ours_apart(apps, schema_editor):
    rollup = apps.get_model("monitoring", "Rollup")
    spoilt = models.Q(*((f"outcomes__{name}__isnull", False) for name in OURS), _connector="OR")
    for row in rollup.objects.filter(spoilt).iterator(chunk_size=1000):
        row.excluded = {name: {name: row.outcomes.pop(name)} for name in OURS if name in row.outcomes}
        row.save(update_fields=["outcomes", "excluded"])


def begin_counting(apps, schema_editor):
    apps.get_model("monitoring", "Progress").objects.update(counted_until=models.F("concluded_until"))


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0005_skipped_items")]

    operations = [
        migrations.AddField(
            "checkresult",
            "excluded",
            models.CharField(
                blank=True,
                choices=EXCLUSIONS,
                default="",
                help_text="Why it says nothing about the service; empty where it does.",
                max_length=16,
                verbose_name="excluded",
            ),
        ),
        migrations.AddField(
            "rollup",
            "excluded",
            models.JSONField(
                default=dict, help_text="Number of checks that say nothing, by reason and outcome."
            ),
        ),
        migrations.AlterField(
            "rollup",
            "outcomes",
            models.JSONField(
                default=dict, help_text="Number of checks by outcome, those that are excluded left out."
            ),
        ),
        migrations.AddField(
            "progress",
            "counted_until",
            models.DateTimeField(
                help_text="The moment up to which checks are in the counters that never fall.", null=True
            ),
        ),
        # As new tables: PostgreSQL alters none in which rows with foreign keys were just written.
        migrations.CreateModel(
            "CheckCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("component", models.CharField(blank=True, max_length=100)),
                ("persona", models.CharField(blank=True, max_length=100)),
                ("tier", models.CharField(blank=True, max_length=16)),
                ("vantage", models.CharField(max_length=100)),
                ("outcome", models.CharField(choices=OUTCOMES, max_length=20)),
                ("excluded", models.CharField(blank=True, choices=EXCLUSIONS, default="", max_length=16)),
                ("count", models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            "DurationCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("component", models.CharField(blank=True, max_length=100)),
                ("vantage", models.CharField(max_length=100)),
                (
                    "buckets",
                    models.JSONField(
                        default=dict,
                        help_text='Checks of each bucket by its upper bound in seconds, such as {"0.5": 12}.',
                    ),
                ),
                ("sum_seconds", models.FloatField(default=0)),
                ("count", models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.RunPython(copy_counts, migrations.RunPython.noop),
        migrations.RunPython(copy_durations, migrations.RunPython.noop),
        migrations.RunPython(set_ours_apart, migrations.RunPython.noop),
        migrations.RunPython(begin_counting, migrations.RunPython.noop),
        migrations.DeleteModel("CheckTotal"),
        migrations.DeleteModel("DurationTotal"),
        migrations.RenameModel("CheckCount", "CheckTotal"),
        migrations.RenameModel("DurationCount", "DurationTotal"),
        migrations.AddConstraint(
            "checktotal",
            models.UniqueConstraint(
                fields=["component", "persona", "tier", "vantage", "outcome", "excluded"],
                name="one_total_per_labels",
            ),
        ),
        migrations.AddConstraint(
            "durationtotal",
            models.UniqueConstraint(fields=["component", "vantage"], name="one_histogram_per_labels"),
        ),
    ]
