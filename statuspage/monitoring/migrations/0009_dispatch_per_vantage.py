"""A row per vantage for how far its checks were handed out, each as far as the one row was."""

import django.db.models.deletion
from django.db import migrations, models


def carry_over(apps, schema_editor):
    new = apps.get_model("monitoring", "VantageDispatch")
    for old in apps.get_model("monitoring", "Dispatch").objects.all():
        new.objects.bulk_create(
            new(
                vantage=vantage,
                dispatched_until=old.dispatched_until,
                swept_until=old.swept_until,
            )
            for vantage in apps.get_model("monitoring", "Vantage").objects.all()
        )


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0008_fewer_indexes")]

    operations = [
        migrations.CreateModel(
            name="VantageDispatch",
            fields=[
                (
                    "vantage",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="monitoring.vantage",
                    ),
                ),
                ("dispatched_until", models.DateTimeField()),
                ("swept_until", models.DateTimeField()),
            ],
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.DeleteModel(name="Dispatch"),
        migrations.RenameModel("VantageDispatch", "Dispatch"),
    ]
