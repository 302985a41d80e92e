"""What all combinations share: one copy of the source and one environment; and what is told at the end."""

import os
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.production.place import made_place
from tests.production.protocol import RIGHT_AFTER, table


class BySite(LoadScopeScheduling):  # type: ignore[misc]  # which has no types
    """Gives all tests of one site to one process, the longest first."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, site = nodeid.partition("[")
        return site or file.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    """So that sites are tried side by side."""
    return BySite(config, log)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The copy of the source, with its environment; one for all of pytest-xdist's processes."""
    base = tmp_path_factory.getbasetemp()
    return made_place(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell how soon each combination was right."""
    properties = [dict(report.user_properties) for report in terminalreporter.stats.get("passed", [])]
    measured = [found[RIGHT_AFTER] for found in properties if RIGHT_AFTER in found]
    if measured:
        terminalreporter.section("right after", sep="-")
        for line in table(measured):
            terminalreporter.line(line)
