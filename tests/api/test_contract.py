"""The API keeps to its own description, whatever it is asked; API_EXAMPLES says how many times to ask."""

import os
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from probes.vocabulary.causes import Cause
from statuspage.incidents.models import Announcement, Incident, Maintenance
from statuspage.wsgi import application
from tests.api.conftest import Program
from tests.support.public_rows import (
    World,
    make_announcement,
    make_incident,
    make_maintenance,
    make_results,
)

pytestmark = pytest.mark.usefixtures("connection_kept")
EXAMPLES = int(os.environ.get("API_EXAMPLES", "10"))
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


@pytest.fixture
def secret(world: World, program: Callable[..., Program]) -> str:
    """A token that may write everything, in a world in which something of everything is there."""
    for cause in Cause:
        make_incident(world, cause=cause)
    make_announcement(world)
    make_maintenance(world)
    make_results(world)
    return program().secret


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_api_keeps_to_its_description_when_asked_anything(case: schemathesis.Case[Any], secret: str) -> None:
    headers = {} if case.method == "GET" else {"Authorization": f"Bearer {secret}"}

    case.call_and_validate(headers=headers)


@schema.include(method="GET").parametrize()
@settings(max_examples=max(2, EXAMPLES // 5), deadline=None, suppress_health_check=list(HealthCheck))
def test_api_keeps_to_its_description_when_it_is_read_with_a_token(
    case: schemathesis.Case[Any], secret: str
) -> None:
    answer = case.call_and_validate(headers={"Authorization": f"Bearer {secret}"})

    if case.method == "GET":  # it tries others, too
        assert answer.headers["cache-control"] == ["no-store"]


@schema.include(method=["POST", "PATCH", "PUT", "DELETE"]).parametrize()
@settings(max_examples=max(2, EXAMPLES // 5), deadline=None, suppress_health_check=list(HealthCheck))
def test_api_writes_nothing_and_says_so_when_a_program_has_no_token(
    case: schemathesis.Case[Any], secret: str
) -> None:
    before = Incident.objects.count(), Maintenance.objects.count(), Announcement.objects.count()

    for headers in ({}, {"Authorization": f"Bearer {secret[:-1]}x"}):
        answer = case.call_and_validate(headers=headers)
        assert 400 <= answer.status_code < 500

    assert before == (Incident.objects.count(), Maintenance.objects.count(), Announcement.objects.count())
