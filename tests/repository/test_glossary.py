"""The check of README's words fails where README and the code part, and only there."""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

README = """
# A project

`nothing` is held here.

## How it is built

`runner.run_check` makes a `CheckRun`; see `probes/` and `instrument/runner.py`, and run `make test`.

## Words

| word | means | where | not |
| --- | --- | --- | --- |
| check | one run, `missed` or not | `CheckRun.outcome` | ping, sample |
"""
RUNNER = """
MISSED = "missed"


class CheckRun:
    outcome: str


def run_check() -> CheckRun: ...
"""


def _load() -> ModuleType:
    path = Path(__file__).parents[2] / ".ci" / "glossary.py"
    spec = importlib.util.spec_from_file_location("glossary", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up.
    sys.modules["glossary"] = module
    spec.loader.exec_module(module)
    return module


glossary = _load()


@pytest.fixture
def problems(tmp_path: Path) -> Callable[..., list[str]]:
    """What the check finds in a small tree with more ``files``, ``old`` in its README replaced by ``new``."""

    def find(old: str = "", new: str = "", **files: str) -> list[str]:
        assert old in README
        contents = {
            "probes/instrument/runner.py": RUNNER,
            "statuspage/__init__.py": "",
            "Makefile": "test:\n",
        }
        contents |= {f"statuspage/{name}.py": text for name, text in files.items()}
        for name, text in contents.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        (tmp_path / "README.md").write_text(README.replace(old, new))
        found: list[str] = glossary.problems(tmp_path)
        return found

    return find


def test_glossary_finds_nothing_when_readme_and_code_agree(problems: Callable[..., list[str]]) -> None:
    assert problems() == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("`runner.run_check`", "`runner.run_batch`", id="a function"),
        pytest.param("`runner.run_check`", "`walker.run_check`", id="a module"),
        pytest.param("`CheckRun.outcome`", "`CheckRun.verdict`", id="a field"),
        pytest.param("`missed`", "`lost`", id="a value"),
        pytest.param("`instrument/runner.py`", "`instrument/walker.py`", id="a file"),
        pytest.param("`probes/`", "`probe/`", id="a folder"),
        pytest.param("`make test`", "`make tests`", id="a target of make"),
        pytest.param("`make test`", "`manage.py test_all`", id="a command"),
    ],
)
def test_glossary_names_the_line_when_the_code_lacks(
    problems: Callable[..., list[str]], old: str, new: str
) -> None:
    (found,) = problems(old, new)

    assert found.startswith("README.md:")
    assert new in found


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("checks", "class Ping: ...", id="a class"),
        pytest.param("checks", "class _Sample: ...", id="a private class"),
        pytest.param("sample", "", id="a module"),
    ],
)
def test_glossary_says_which_word_is_ours_when_another_names(
    problems: Callable[..., list[str]], name: str, text: str
) -> None:
    (found,) = problems(**{name: text})

    assert found.startswith(f"statuspage/{name}.py")
    assert found.endswith("our word is check")


def test_glossary_misses_its_table_when_readme_has_none(problems: Callable[..., list[str]]) -> None:
    assert problems("## Words", "## Other words") == ["README.md: the section 'Words' is missing"]


def test_glossary_names_both_places_when_a_class_name_stands_for_two_things(
    problems: Callable[..., list[str]],
) -> None:
    (found,) = problems(checks="class _CheckRun: ...")

    assert "probes/instrument/runner.py:5" in found
    assert "statuspage/checks.py:1" in found


def test_glossary_lets_a_class_name_stand_twice_when_a_framework_asks_for_it(
    problems: Callable[..., list[str]],
) -> None:
    assert problems(one="class Command: ...", two="class Command: ...") == []


def test_glossary_lets_a_class_name_stand_twice_when_it_is_within_another(
    problems: Callable[..., list[str]],
) -> None:
    assert problems(one="class Post:\n    class Kind: ...", two="class Page:\n    class Kind: ...") == []
