"""Whether something was changed on our side, as the detector is told."""

from typing import Any

import pytest

from statuspage.monitoring.models import Endpoint, Persona, Probe
from statuspage.monitoring.selectors import watched_catalog
from tests.support.probe_rows import build_probe

pytestmark = pytest.mark.django_db


def _setup() -> str:
    (probe,) = watched_catalog().probes
    return probe.setup


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        (Endpoint, {"base_url": "http://elsewhere.test"}),
        (Endpoint, {"credentials": {"mchid": "1900000109"}}),
        (Persona, {"payer": {"openid": "o2"}}),
        (Probe, {"operation": "post"}),
        (Probe, {"options": {"path": "/other"}}),
    ],
)
def test_setup_of_a_probe_is_another_when_what_it_asks_is(model: Any, changes: dict[str, Any]) -> None:
    build_probe()
    before = _setup()

    model.objects.update(**changes)

    assert _setup() != before


def test_setup_of_a_probe_stays_when_only_its_pace_or_name_is_changed() -> None:
    build_probe()
    before = _setup()

    Probe.objects.update(interval_seconds=20.0, timeout_seconds=5.0)
    Endpoint.objects.update(name_en="another name")

    assert _setup() == before != ""
