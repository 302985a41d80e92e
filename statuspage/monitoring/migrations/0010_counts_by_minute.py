"""Counts by the minute get a row for each minute instead of one for each minute and series."""

import zlib
from itertools import groupby

import msgspec
from django.db import migrations, models

BATCH = 200


def pack_minutes(apps, schema_editor):
    rollup, minutes = (apps.get_model("monitoring", name) for name in ("Rollup", "MinuteCounts"))
    progress = apps.get_model("monitoring", "Progress")
    progress.objects.update(tallied_until=models.F("concluded_until"))
    columns = ("start", "series", "outcomes", "excluded", "latency_sum_ms", "latency_count")
    rows = rollup.objects.filter(grain="minute").order_by("start", "series").values_list(*columns)
    found = []
    for start, cells in groupby(rows.iterator(chunk_size=5000), key=lambda row: row[0]):
        told = {
            series: (outcomes, excluded, round(latency_ms * 10), count)
            for _, series, outcomes, excluded, latency_ms, count in cells
        }
        found.append(minutes(start=start, cells=zlib.compress(msgspec.msgpack.encode(told), 6)))
    minutes.objects.bulk_create(found, batch_size=BATCH)
    rollup.objects.filter(grain="minute").delete()


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0009_dispatch_per_vantage")]

    operations = [
        migrations.CreateModel(
            name="MinuteCounts",
            fields=[
                ("start", models.DateTimeField(primary_key=True, serialize=False)),
                ("cells", models.BinaryField()),
            ],
        ),
        migrations.AddField(
            model_name="progress",
            name="tallied_until",
            field=models.DateTimeField(
                help_text="The moment up to which checks are in the counts by window.", null=True
            ),
        ),
        migrations.RunPython(pack_minutes, migrations.RunPython.noop, elidable=True),
    ]
