"""A clock was ahead while nothing but a post came, as where the engine was not started yet."""

from datetime import timedelta

import pytest

from probes.vocabulary.symptoms import Product, Symptom
from statuspage import pipeline
from statuspage.monitoring.models import Progress, Report, Source
from tests.faults.test_going_back import CATALOG, live, time
from tests.pipeline.planting import at, plant_catalog


@pytest.mark.django_db
def test_a_post_from_a_time_to_come_is_dated_back_once_when_it_came_alone() -> None:
    plant_catalog(CATALOG)
    live(0, 120)
    now = time(120)
    source = Source.objects.get_or_create(slug="here", defaults={"name_zh": "这", "name_en": "here"})[0]
    Report.objects.create(
        source=source,
        external_id="1",
        at=now + timedelta(hours=1),
        text="分付付不了",
        symptom=next(iter(Symptom)),
        product=next(iter(Product)),
        probability=0.9,
    )

    corrected = [pipeline.set_right(now), pipeline.set_right(now)]

    assert corrected == [True, False]
    assert Report.objects.get().late
    assert at(0) < Report.objects.get().at <= now
    assert Progress.objects.get().clock_corrections == 1
