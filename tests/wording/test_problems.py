"""Problems that others tell in English: each that a page or an address can have is known in Chinese, too."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from probes.instrument.catalog import parse_catalog
from probes.tables import ProblemsError
from statuspage.wording.problems import problem
from tests.support.catalogs import CATALOG

PROBES = Path(__file__).parents[2] / "probes"
ROOT, GATEWAYS = PROBES / "listening", PROBES / "instrument" / "gateways"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def raised(*folders: Path, by: tuple[str, ...]) -> Iterator[str]:
    """What errors of these names say, with an X for each thing that is filled in."""
    for folder in folders:
        for file in sorted(folder.glob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id
                if named in by and isinstance(node, ast.Call) and node.args:
                    yield from texts(node.args[0])


def texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)
    elif isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.JoinedStr):
        told = "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values)
        if re.search("[a-z]{2}|HTTP", told):
            yield told


OF_PAGES = set(raised(ROOT / "fetching", ROOT / "pages", by=("PageError", "FetchError")))
OF_KEYS = set(raised(GATEWAYS, by=("CredentialsError", "VaultError")))


@pytest.mark.parametrize("text", sorted(OF_PAGES | OF_KEYS))
def test_problem_of_a_page_or_of_keys_is_told_in_chinese_when_one_is_raised(text: str) -> None:
    told = problem(text)

    assert CHINESE.search(told.zh)
    assert told.en == text


@pytest.mark.parametrize(
    ("was", "now", "chinese"),
    [
        (
            'risk_tier = "low"',
            'risk_tier = "lov"',
            "personas[0] (ordinary).risk_tier：'lov' 不在 low, elevated, high 之中；是不是 'low'？",
        ),
        ('name_zh = "扫码"', "", "components[0] (fenfu-qr).name_zh：缺少"),
        ('name_zh = "扫码"', "name_zh = 7", "name_zh：应为文字，却是 7"),
        ('name_zh = "扫码"', 'name_zh = "扫码"\nnamezh = 1', "不认识这个键；是不是"),
        ('group = "fenfu"', 'group = "fen"', "group：没有叫 'fen' 的 group"),
        ("[[groups]]", "[[group]]", "不认识这个表；是不是 'groups'？"),
        ("[[groups]]", "[[groups", "不是 TOML"),
    ],
    ids=lambda part: part[:24] if isinstance(part, str) else None,
)
def test_problem_of_a_catalog_file_is_told_in_chinese_with_its_place(
    was: str, now: str, chinese: str
) -> None:
    with pytest.raises(ProblemsError) as caught:
        parse_catalog(CATALOG.replace(was, now, 1), environ={})

    assert any(chinese in problem(text).zh for text in caught.value.problems), [
        problem(text).zh for text in caught.value.problems
    ]


def test_problem_stays_as_it_is_when_nobody_knows_it() -> None:
    assert problem("something else: entirely").zh == "something else: entirely"


@pytest.mark.parametrize(
    ("text", "zh"),
    [
        ("item 2: no text", "第 2 条：没有文字"),
        ("nothing of 3 items was understood: item 1: no text", "3 条内容一条也没看懂：第 1 条：没有文字"),
        ("forum: options.txt: unknown key", "forum: options.txt：不认识这个键"),
    ],
)
def test_problem_within_a_problem_is_told_too(text: str, zh: str) -> None:
    assert problem(text).zh == zh
