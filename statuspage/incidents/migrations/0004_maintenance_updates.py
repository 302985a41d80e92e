"""Keeps what the public was told of planned work."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0003_totals'),
    ]

    operations = [
        migrations.CreateModel(
            name='MaintenanceUpdate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sequence', models.PositiveIntegerField(editable=False, validators=[django.core.validators.MinValueValidator(1)], verbose_name='sequence')),
                ('public_id', models.CharField(editable=False, max_length=12, unique=True, verbose_name='id')),
                ('status', models.CharField(choices=[('scheduled', 'scheduled'), ('in_progress', 'in progress'), ('verifying', 'verifying'), ('completed', 'completed'), ('cancelled', 'cancelled')], max_length=12, verbose_name='status')),
                ('starts_at', models.DateTimeField(verbose_name='starts at')),
                ('ends_at', models.DateTimeField(verbose_name='ends at')),
                ('body_zh', models.TextField(max_length=5000, verbose_name='text (Chinese)')),
                ('body_en', models.TextField(max_length=5000, verbose_name='text (English)')),
                ('created_at', models.DateTimeField(verbose_name='created at')),
                ('maintenance', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='updates', to='incidents.maintenance', verbose_name='scheduled maintenance')),
            ],
            options={
                'ordering': ['maintenance', '-sequence'],
                'constraints': [models.UniqueConstraint(fields=('maintenance', 'sequence'), name='one_maintenance_update_per_sequence')],
            },
        ),
    ]
