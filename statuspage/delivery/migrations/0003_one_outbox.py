"""One outbox for all channels: news, recipients and deliveries are rows of their own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('delivery', '0002_outdated_deliveries'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='delivery', name='one_delivery_per_recipient_and_news'),
        migrations.RemoveIndex(model_name='delivery', name='deliveries_waiting'),
        migrations.RemoveIndex(model_name='delivery', name='delivery_de_channel_cf090f_idx'),
        # Names of indexes belong to the database: the new table wants those of the old one.
        migrations.AlterField(model_name='delivery', name='created_at', field=models.DateTimeField()),
        migrations.RenameModel(old_name='Delivery', new_name='OldDelivery'),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(choices=[('waiting', 'waiting'), ('sent', 'sent'), ('gone', 'recipient gone'), ('given_up', 'given up'), ('outdated', 'out of date, not sent')], default='waiting', max_length=10, verbose_name='stage')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('detail', models.CharField(blank=True, max_length=300, verbose_name='what came of it')),
                ('created_at', models.DateTimeField(db_index=True, verbose_name='created at')),
                ('due_at', models.DateTimeField(verbose_name='due at')),
                ('concluded_at', models.DateTimeField(null=True, verbose_name='concluded at')),
            ],
            options={
                'verbose_name': 'delivery',
                'verbose_name_plural': 'deliveries',
            },
        ),
        migrations.CreateModel(
            name='News',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=150, unique=True)),
                ('kind', models.CharField(blank=True, max_length=16, verbose_name='kind')),
                ('subject', models.CharField(max_length=120, verbose_name='about')),
                ('title_zh', models.TextField(blank=True, verbose_name='title (Chinese)')),
                ('title_en', models.TextField(blank=True, verbose_name='title (English)')),
                ('body_zh', models.TextField(blank=True, verbose_name='text (Chinese)')),
                ('body_en', models.TextField(blank=True, verbose_name='text (English)')),
                ('link', models.CharField(blank=True, max_length=500)),
                ('reach', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(db_index=True, verbose_name='created at')),
                ('cursor', models.BigIntegerField(default=0)),
                ('spread', models.BooleanField(default=False, verbose_name='handed to all')),
            ],
            options={
                'verbose_name': 'news',
                'verbose_name_plural': 'news',
            },
        ),
        migrations.CreateModel(
            name='Recipient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('push', 'browser push'), ('mail', 'mail'), ('webhook', 'webhook'), ('slack', 'Slack'), ('teams', 'Microsoft Teams'), ('telegram', 'Telegram'), ('feishu', 'Feishu'), ('dingtalk', 'DingTalk'), ('wecom', 'WeCom')], max_length=20, verbose_name='channel')),
                ('name', models.CharField(max_length=64, verbose_name='name')),
                ('due_at', models.DateTimeField(null=True, verbose_name='due at')),
                ('claim', models.CharField(blank=True, max_length=32)),
                ('hour', models.DateTimeField(null=True)),
                ('sent_in_hour', models.PositiveIntegerField(default=0)),
                ('failing_since', models.DateTimeField(null=True, verbose_name='failing since')),
            ],
            options={
                'verbose_name': 'recipient',
                'verbose_name_plural': 'recipients',
            },
        ),
        migrations.AddIndex(
            model_name='news',
            index=models.Index(condition=models.Q(('spread', False)), fields=['id'], name='news_to_spread'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='news',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='delivery.news', verbose_name='news'),
        ),
        migrations.AddIndex(
            model_name='recipient',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['channel', 'due_at'], name='recipients_due'),
        ),
        migrations.AddConstraint(
            model_name='recipient',
            constraint=models.UniqueConstraint(fields=('channel', 'name'), name='one_recipient_per_name'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='recipient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='delivery.recipient', verbose_name='recipient'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('stage', 'waiting')), fields=['recipient', 'due_at'], name='deliveries_waiting'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('recipient', 'news'), name='one_delivery_per_recipient_and_news'),
        ),
    ]
