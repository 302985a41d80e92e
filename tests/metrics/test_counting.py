"""Requests and tasks are counted by labels of which there are not more than views and tasks."""

import json
from collections.abc import Iterator

import pytest
from celery import shared_task
from django.test import Client

from statuspage.celery import app
from statuspage.metrics.tally import TALLY, SiteCount


@pytest.fixture(autouse=True)
def _none_before() -> Iterator[None]:
    TALLY.take()
    yield
    TALLY.take()


def _counted(name: SiteCount) -> dict[tuple[str, ...], float]:
    counts = TALLY.take().counts
    return {tuple(json.loads(labels)): n for (known, labels), n in counts.items() if known == name}


@pytest.mark.parametrize(
    ("method", "path", "labels"),
    [
        pytest.param("GET", "/metrics", ("GET", "statuspage.metrics.views.metrics", "2xx"), id="a view"),
        pytest.param("GET", "/no/such/page", ("GET", "none", "4xx"), id="an address that is none"),
        pytest.param("GET", "/other?x=1", ("GET", "none", "4xx"), id="another such address"),
        pytest.param("BREW", "/no/such/page", ("other", "none", "4xx"), id="a method that is none"),
    ],
)
def test_a_request_counts_by_method_view_and_status_when_it_is_for(
    db: None, client: Client, method: str, path: str, labels: tuple[str, ...]
) -> None:
    client.generic(method, path)

    assert _counted(SiteCount.REQUESTS) == {labels: 1}


def test_a_request_counts_by_its_view_when_the_address_holds_an_id(db: None, client: Client) -> None:
    for number in range(3):
        client.get(f"/api/v1/incidents/none-{number}")

    ((labels, count),) = _counted(SiteCount.REQUESTS).items()
    assert count == 3
    assert "none-" not in "".join(labels)


@shared_task(name="statuspage.tasks.counted_here")
def _task(*, fails: bool) -> None:
    if fails:
        raise RuntimeError("of the test's own")


@pytest.mark.parametrize(("fails", "result"), [(False, "succeeded"), (True, "failed")])
def test_a_task_counts_by_what_came_of_it_when_it_ends(fails: bool, result: str) -> None:
    app.tasks["statuspage.tasks.counted_here"].apply(kwargs={"fails": fails})

    increments = TALLY.take()
    counts = {(name, *json.loads(labels)): n for (name, labels), n in increments.counts.items()}
    assert counts[SiteCount.TASKS, "counted_here", result] == 1
    assert ("counted_here" in increments.succeeded) == (not fails)
    durations = [n for key, n in counts.items() if key[0] == SiteCount.TASK_SECONDS and key[2] != "sum"]
    assert durations == [1]
