"""What forms say where a window ends before it starts; the database stays as it is."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0004_maintenance_updates'),
    ]

    operations = [
        migrations.AlterConstraint(
            model_name='announcement',
            name='announcement_ends_later',
            constraint=models.CheckConstraint(condition=Q(('ends_at__isnull', True), ('ends_at__gt', F('starts_at')), _connector='OR'), name='announcement_ends_later', violation_error_code='ends_at', violation_error_message='It must end after it starts.'),
        ),
        migrations.AlterConstraint(
            model_name='maintenance',
            name='maintenance_ends_later',
            constraint=models.CheckConstraint(condition=Q(('ends_at__gt', F('starts_at'))), name='maintenance_ends_later', violation_error_code='ends_at', violation_error_message='It must end after it starts.'),
        ),
    ]
