"""Gives the site an id of its own, which no setting changes."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('monitoring', '0013_component_kind'),
    ]

    operations = [
        migrations.AddField(
            model_name='progress',
            name='site_id',
            field=models.UUIDField(default=uuid.uuid4, editable=False, help_text='Which site this is, in ids that no setting changes.'),
        ),
    ]
