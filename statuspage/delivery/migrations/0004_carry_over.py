"""What was sent, or waits, is carried over into the new outbox."""

from django.db import migrations


def carry_over(apps, schema_editor):
    old, news = apps.get_model("delivery", "OldDelivery"), apps.get_model("delivery", "News")
    recipients, deliveries = apps.get_model("delivery", "Recipient"), apps.get_model("delivery", "Delivery")
    for row in old.objects.iterator():
        incident, _, what = row.news.partition("/")
        story, _ = news.objects.get_or_create(
            key=row.news,
            defaults={
                "kind": "over" if what.startswith("over") else "returned" if "/" in what else "began",
                "subject": f"incident/{incident}",
                "title_zh": row.title,
                "title_en": row.title,
                "body_zh": row.body,
                "body_en": row.body,
                "link": row.link,
                "created_at": row.created_at,
                "spread": True,
            },
        )
        if row.language == "en":
            story.title_en, story.body_en = row.title, row.body
        else:
            story.title_zh, story.body_zh = row.title, row.body
        story.save()
        due_at = row.due_at if row.stage == "waiting" else None
        who, made = recipients.objects.get_or_create(
            channel=row.channel, name=row.recipient, defaults={"due_at": due_at}
        )
        if not made and due_at and (who.due_at is None or due_at < who.due_at):
            who.due_at = due_at
            who.save()
        deliveries.objects.create(
            recipient=who,
            news=story,
            stage=row.stage,
            attempts=row.attempts,
            created_at=row.created_at,
            due_at=row.due_at,
            concluded_at=None if row.stage == "waiting" else row.due_at,
        )


class Migration(migrations.Migration):

    dependencies = [
        ("delivery", "0003_one_outbox"),
    ]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
