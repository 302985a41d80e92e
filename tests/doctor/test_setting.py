"""Settings that are unsafe, left as an example has them, or contradict each other are named."""

import pytest
from django.core import checks

from statuspage.doctor import setting
from statuspage.doctor.findings import Finding, Level


def said(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.level.value, finding.where) for finding in findings]


def test_wrong_variable_is_an_error_of_its_own_name_when_it_could_not_be_read() -> None:
    problems = ["RAW_DAYS='two': expected a positive number of days", "SECRET_KEY is not set: give it some"]

    found = list(setting.wrong(problems))

    assert said(found) == [("error", "RAW_DAYS"), ("error", "SECRET_KEY")]
    assert found[0].what.en == "'two': expected a positive number of days"


@pytest.mark.parametrize(
    ("url", "allowed", "proxies", "expected"),
    [
        pytest.param("https://pay.test", ["pay.test"], 1, [], id="all is well"),
        pytest.param("https://pay.test", [".test"], 1, [], id="a host below a domain"),
        pytest.param("https://pay.test", ["127.0.0.1"], 1, [("error", "ALLOWED_HOSTS")], id="another host"),
        pytest.param("http://pay.test", ["*"], 1, [("warning", "SITE_URL")], id="no encryption"),
        pytest.param("https://pay.test", ["*"], 0, [("warning", "TRUSTED_PROXIES")], id="no proxy trusted"),
        pytest.param(
            "http://127.0.0.1:8000", ["127.0.0.1"], 0, [("warning", "SITE_URL")], id="the default address"
        ),
    ],
)
def test_address_is_compared_with_what_is_answered_when_it_is_examined(
    url: str, allowed: list[str], proxies: int, expected: list[tuple[str, str]]
) -> None:
    assert said(list(setting.address(url, allowed, proxies))) == expected


def test_example_is_recognised_without_being_told_when_it_was_left_in_a_variable() -> None:
    found = list(setting.placeholders({"SECRET_KEY": "changeme" * 9, "SITE_URL": "https://status.pay.test"}))

    assert said(found) == [("warning", "SECRET_KEY")]
    assert "changeme" not in found[0].what.en + found[0].to_do.en


def test_switches_for_trying_things_are_errors_when_they_are_on() -> None:
    assert said(list(setting.switched_on(debug=True, demo=True))) == [
        ("error", "DEBUG"),
        ("error", "FOGBREAK_DEMO"),
    ]
    assert list(setting.switched_on(debug=False, demo=False)) == []


def test_checks_of_django_are_told_when_they_are_not_silenced() -> None:
    messages = [
        checks.Warning("weak", hint="mend it", id="security.W999"),
        checks.Warning("known", id="security.W008"),
        checks.Info("nothing", id="security.I001"),
    ]

    (finding,) = setting.deployment(messages)

    assert finding.level is Level.WARNING
    assert (finding.where, finding.what.en, finding.to_do.en) == ("security.W999", "weak", "mend it")
