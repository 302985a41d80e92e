"""Each threat that SECURITY.md names is met by something that a test shows."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NODE = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def _rows() -> list[str]:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.startswith("| ")][2:]


def test_each_threat_names_a_test_when_it_is_listed() -> None:
    rows = _rows()

    assert rows
    assert [row for row in rows if not NODE.search(row.strip("| ").split(" | ")[-1])] == []


def test_each_test_is_there_when_a_threat_names_it() -> None:
    named = [found for row in _rows() for found in NODE.findall(row)]

    gone = [f"{file}::{test}" for file, test in named if test not in _functions(ROOT / file)]

    assert gone == []


def _functions(file: Path) -> set[str]:
    if not file.exists():
        return set()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
