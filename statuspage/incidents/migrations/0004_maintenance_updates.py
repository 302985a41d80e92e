"""Keeps what the public was told of planned work."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('incidents', '0003_totals'),
    ]

    operations = [
        migrations.CreateModel(
            name='MaintenanceUpdate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sequence', models.PositiveIntegerField(editable=False, validators=[django.core.validators.MinValueValidator(1)], verbose_name='sequence')),
                ('public_id', models.CharField(editable=False, max_length=12, unique=True, verbose_name='id')),
                ('status', models.CharField(choices=[('scheduled', 'scheduled'), ('in_progress', 'in progress'), ('verifying', 'verifying'), ('completed', 'completed'), ('cancelled', 'cancelled')], editable=False, max_length=12, verbose_name='status')),
                ('starts_at', models.DateTimeField(editable=False, verbose_name='starts at')),
                ('ends_at', models.DateTimeField(editable=False, verbose_name='ends at')),
                ('body_zh', models.TextField(max_length=5000, verbose_name='text (Chinese)')),
                ('body_en', models.TextField(max_length=5000, verbose_name='text (English)')),
                ('by_machine', models.BooleanField(default=False, editable=False, verbose_name='by the machine')),
                ('created_at', models.DateTimeField(editable=False, verbose_name='created at')),
                ('author', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('maintenance', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='updates', to='incidents.maintenance', verbose_name='scheduled maintenance')),
            ],
            options={
                'verbose_name': 'update of planned work',
                'verbose_name_plural': 'updates of planned work',
                'ordering': ['maintenance', '-sequence'],
                'constraints': [models.UniqueConstraint(fields=('maintenance', 'sequence'), name='one_maintenance_update_per_sequence')],
            },
        ),
    ]
