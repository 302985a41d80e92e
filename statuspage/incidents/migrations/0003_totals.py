"""Counts incidents when they are opened or corrected, beginning with those that there are."""

from collections import Counter

from django.db import migrations, models


def count_known(apps, schema_editor):
    known = Counter(apps.get_model("incidents", "Incident").objects.values_list("cause", flat=True))
    total = apps.get_model("incidents", "IncidentTotal")
    total.objects.bulk_create(total(cause=cause, count=count) for cause, count in known.items())


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0002_eventful_days'),
    ]

    operations = [
        migrations.CreateModel(
            name='IncidentTotal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cause', models.CharField(choices=[('outage', 'outage'), ('maintenance', 'maintenance'), ('risk_control', 'risk control'), ('policy_change', 'policy change')], max_length=16)),
                ('became', models.CharField(blank=True, choices=[('outage', 'outage'), ('maintenance', 'maintenance'), ('risk_control', 'risk control'), ('policy_change', 'policy change')], default='', max_length=16)),
                ('count', models.PositiveBigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('cause', 'became'), name='one_total_per_cause')],
            },
        ),
        migrations.RunPython(count_known, migrations.RunPython.noop),
    ]
