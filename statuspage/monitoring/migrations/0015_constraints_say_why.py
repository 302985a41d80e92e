"""What forms say where a number or a persona is not allowed; the database stays as it is."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [
        ('monitoring', '0014_site_id'),
    ]

    operations = [
        migrations.AlterConstraint(
            model_name='component',
            name='component_caution_positive',
            constraint=models.CheckConstraint(condition=Q(('caution__gt', 0)), name='component_caution_positive', violation_error_code='caution', violation_error_message='It must be more than 0.'),
        ),
        migrations.AlterConstraint(
            model_name='probe',
            name='probe_of_component_has_persona',
            constraint=models.CheckConstraint(condition=Q(('component__isnull', True), ('persona__isnull', False), _connector='OR'), name='probe_of_component_has_persona', violation_error_code='persona', violation_error_message='A probe of a component asks as a persona; only a control has none.'),
        ),
        migrations.AlterConstraint(
            model_name='probe',
            name='probe_interval_positive',
            constraint=models.CheckConstraint(condition=Q(('interval_seconds__gt', 0)), name='probe_interval_positive', violation_error_code='interval_seconds', violation_error_message='It must be more than 0.'),
        ),
        migrations.AlterConstraint(
            model_name='probe',
            name='probe_timeout_positive',
            constraint=models.CheckConstraint(condition=Q(('timeout_seconds__gt', 0)), name='probe_timeout_positive', violation_error_code='timeout_seconds', violation_error_message='It must be more than 0.'),
        ),
    ]
