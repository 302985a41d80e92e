"""Stores how many people complain by slot, and counts what was reported so far."""

from itertools import groupby

from django.db import migrations, models

from probes.vocabulary.observations import FIRST_PARTY
from probes.vocabulary.symptoms import COMPLAINTS, Product, Symptom
from statuspage.analysis.people import ComplainingPost, count_people, hour_of


def count_all(apps, schema_editor):
    """Hour by hour, as they will be counted from now on; where authors are forgotten, each post is a person."""
    voices = apps.get_model("monitoring", "Voices")
    for _, complaints in groupby(_complaints(apps), key=lambda complaint: hour_of(complaint.at)):
        voices.objects.bulk_create(
            voices(
                slot=key.slot,
                product=key.product.value,
                symptom=key.symptom.value,
                people=count.people,
                filed=count.filed,
            )
            for key, count in count_people(complaints).items()
        )


def _complaints(apps):
    reports = apps.get_model("monitoring", "Report").objects.filter(
        hidden=False, repost_of__isnull=True, symptom__in=[symptom.value for symptom in COMPLAINTS]
    )
    rows = reports.order_by("at", "pk").values_list("at", "product", "symptom", "author", "source__slug")
    for at, product, symptom, author, source in rows.iterator(chunk_size=5000):
        yield ComplainingPost(
            at=at,
            product=Product(product),
            symptom=Symptom(symptom),
            author=author,
            filed=source == FIRST_PARTY,
        )


PRODUCTS = [("fenfu", "Fenfu"), ("wechat_pay", "WeChat Pay"), ("other", "another"), ("none", "none")]
SYMPTOMS = [
    ("payment_failure", "payments fail"),
    ("risk_decline", "refused by risk control"),
    ("maintenance", "maintenance"),
    ("policy_closure", "service withdrawn"),
    ("account_security", "fear of theft"),
    ("working", "it works"),
    ("irrelevant", "something else"),
]


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Voices",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slot", models.DateTimeField()),
                ("product", models.CharField(choices=PRODUCTS, max_length=12)),
                ("symptom", models.CharField(choices=SYMPTOMS, max_length=20)),
                ("people", models.PositiveIntegerField()),
                ("filed", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "people's complaints",
                "verbose_name_plural": "people's complaints",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("slot", "product", "symptom"),
                        name="one_count_of_voices_per_slot_and_complaint",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("people__gt", 0)), name="voices_of_somebody"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("filed__lte", models.F("people"))),
                        name="voices_filed_among_people",
                    ),
                ],
            },
        ),
        migrations.RunPython(count_all, migrations.RunPython.noop),
    ]
