"""Scenario files say what happens, or in which line they are wrong."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

import probes.simulator
from probes.simulator.scenario import ScenarioKind
from probes.simulator.scenario_file import parse, parse_text
from probes.tables import ProblemsError
from probes.vocabulary.tiers import RiskTier

ANCHOR = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
SHIPPED = Path(probes.simulator.__file__).parent / "scenarios"

GOOD = """
[loop]
every = "10m"

[[scenario]]
id = "wave"
kind = "risk-wave"
after = "1m30s"
lasts = "90s"
tiers = ["high"]
components = ["fenfu-qr"]

[[scenario]]
kind = "maintenance"
days_ago = 2
time = 20:15:00
lasts = "2h"
announced = "1d"
every = "1d"
"""


def test_file_becomes_scenarios_when_it_is_sound() -> None:
    wave, window = parse_text(GOOD, "good.toml", ANCHOR)

    assert (wave.kind, wave.tiers, wave.every_s) == (ScenarioKind.RISK_WAVE, (RiskTier.HIGH,), 600)
    assert wave.starts_s == ANCHOR.timestamp() + 90
    assert window.starts_s == datetime(2026, 2, 28, 12, 15, tzinfo=UTC).timestamp()
    assert (window.announced_s, window.every_s) == (86400, 86400)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param(
            "[[scenari]]\nkind = 'outage'",
            1,
            "unknown table; did you mean 'scenario'",
            id="a table it does not know",
        ),
        pytest.param("[[scenario]]\nafter = '1m'", 1, "kind: missing", id="no kind"),
        pytest.param(
            "[[scenario]]\nkind = 'flood'\nafter = '1m'", 2, "'flood' is none of outage", id="an unknown kind"
        ),
        pytest.param("[[scenario]]\nkind = 'outage'", 2, "exactly one of", id="no start"),
        pytest.param(
            "[[scenario]]\nkind='outage'\nafter='1m'\n\n[[scenario]]\nid='b'\nkind='outage'\nafter = 'soon'",
            8,
            "length of time",
            id="a bad length in the second table",
        ),
        pytest.param(
            "[[scenario]]\nkind='outage'\nafter='1m'\nintensity = 3", 4, "at most 1", id="too much of it"
        ),
        pytest.param(
            "[[scenario]]\nkind='outage'\nafter='1m'\ntiers = ['hihg']",
            4,
            "'hihg' is unknown; did you mean 'high'",
            id="a typo",
        ),
        pytest.param(
            "[[scenario]]\nkind='outage'\nafter='1m'\nflavour = 'sweet'",
            4,
            "none of mixed",
            id="a bad flavour",
        ),
        pytest.param(
            "[[scenario]]\nkind='outage'\nafter='1m'\nannounced = '1h'\nlasts = '1h'",
            4,
            "only maintenance",
            id="key of another kind",
        ),
        pytest.param("[[scenario]]\nkind='vantage-lost'\nafter='1m'", 2, "needs `vantages`", id="no vantage"),
        pytest.param(
            "[[scenario]]\nid='a'\nkind='outage'\nafter='1m'\n"
            "[[scenario]]\nid = 'a'\nkind='policy'\nafter='1m'",
            6,
            "a second scenario",
            id="twins",
        ),
        pytest.param("[loop]\nevery = 5", 2, "length of time", id="a bad loop"),
    ],
)
def test_file_is_refused_with_line_and_fault_when_it_is_malformed(text: str, line: int, words: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        parse_text(text, "bad.toml", ANCHOR)

    (problem,) = caught.value.problems
    assert problem.startswith(f"bad.toml:{line}: ")
    assert words in problem


def test_file_is_refused_when_it_is_no_toml_at_all() -> None:
    with pytest.raises(ProblemsError, match=r"bad.toml: (.|\n)*at line 2"):
        parse_text("a = [1,\nb = 2", "bad.toml", ANCHOR)


def test_file_is_refused_when_it_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError, match="No such file"):
        parse(tmp_path / "missing.toml", ANCHOR)


@pytest.mark.parametrize("name", ["history.toml", "demo-day.toml"])
def test_shipped_file_is_sound_when_read(name: str) -> None:
    assert parse(SHIPPED / name, ANCHOR)
