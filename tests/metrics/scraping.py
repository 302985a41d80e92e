"""Reads /metrics as Prometheus would."""

from django.test import Client
from prometheus_client.parser import text_string_to_metric_families


def scrape(client: Client) -> str:
    response = client.get("/metrics")
    assert response.status_code == 200
    return response.content.decode()


def value(text: str, name: str, **labels: str) -> float:
    """The one sample of ``name`` whose labels include these."""
    found = values(text, name, **labels)
    assert len(found) == 1, (name, labels, found)
    return found[0]


def values(text: str, name: str, **labels: str) -> list[float]:
    """All samples of ``name`` whose labels include these."""
    return [
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    ]


def label_sets(text: str, name: str) -> list[dict[str, str]]:
    """The labels of all samples of ``name``, in their order."""
    return [
        sample.labels
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name
    ]
