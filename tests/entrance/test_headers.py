"""What is made for each request is as tightly bound in the browser as what is published."""

import pytest
from django.test import Client
from pytest_django import Settings

from statuspage.public.headers import SECURITY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files_not_collected(settings: Settings) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.mark.parametrize(
    "path", ["/admin/login/", "/only-me/", "/report/", "/api/v1/openapi.json", "/nowhere/"]
)
def test_dynamic_answer_bears_the_headers_of_published_pages_when_it_is_made(
    client: Client, path: str
) -> None:
    answer = client.get(path)

    assert {name: answer.headers.get(name) for name, _ in SECURITY} == dict(SECURITY)
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_refused_host_bears_the_headers_when_the_request_is_nothing_that_we_answer(client: Client) -> None:
    answer = client.get("/admin/login/", headers={"host": "elsewhere.example"})

    assert answer.status_code == 400
    assert "Content-Security-Policy" in answer.headers


def test_refused_host_is_one_line_in_the_log_when_a_stranger_names_it(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.get("/admin/login/", headers={"host": "elsewhere.example"})

    assert "Invalid HTTP_HOST header: 'elsewhere.example'" in caplog.text
    assert "Traceback" not in caplog.text
