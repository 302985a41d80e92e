"""Fails where README explains what the code has not, or where the code names two things alike.

Three rules: what stands in backticks in the sections of README that explain the code exists; no class or
module bears a word that the table "Words" rules out; and each class name stands for one thing.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("probes", "statuspage")
SECTIONS = ("How it is built", "Words")
# Names that a framework asks for in each file.
REPEATED = {"Command"}

_TICKED = re.compile(r"`([^`]+)`")
_PATH = re.compile(r"[\w./-]+(/|\.\w+)")
_NAME = re.compile(r"(?:(?P<module>[\w/]+/\w+|\w+)\.)?(?P<name>\w+(?:\.\w+)*)(?:\(.*\))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One module: where it lies, what it defines (``Class.method`` within a class) and other words in it."""

    path: Path
    names: frozenset[str]
    classes: tuple[tuple[str, int], ...]
    words: frozenset[str]


def modules_of(root: Path) -> list[Module]:
    """Every module of the packages below ``root``, but for migrations."""
    return [
        _module(path, root)
        for package in PACKAGES
        for path in sorted((root / package).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def _module(path: Path, root: Path) -> Module:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return Module(
        path=path.relative_to(root),
        names=frozenset(_names(tree)),
        classes=tuple(_classes(tree)),
        words=frozenset(_words(tree)),
    )


def _names(node: ast.AST, prefix: str = "") -> Iterator[str]:
    """What a module or a class defines."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield prefix + child.name
            if isinstance(child, ast.ClassDef):
                yield from _names(child, f"{prefix}{child.name}.")
        elif isinstance(child, ast.Assign | ast.AnnAssign):
            targets = child.targets if isinstance(child, ast.Assign) else [child.target]
            yield from (prefix + target.id for target in targets if isinstance(target, ast.Name))


def _classes(node: ast.AST) -> Iterator[tuple[str, int]]:
    """The classes of a module with their lines; one within another is spoken of by both names."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield child.name, child.lineno
        else:
            yield from _classes(child)


def _words(tree: ast.Module) -> Iterator[str]:
    """Names and short texts, such as the values of an enumeration."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.arg):
            yield node.arg


def sections_of(readme: str) -> Iterator[tuple[int, str]]:
    """The lines of the sections that explain the code, with their numbers; code blocks are left out."""
    wanted, in_block = False, False
    for number, line in enumerate(readme.splitlines(), start=1):
        if line.startswith("## "):
            wanted = line.removeprefix("## ").strip() in SECTIONS
        in_block ^= line.startswith("```")
        if wanted and not in_block and not line.startswith("    "):
            yield number, line


def missing_sections(readme: str) -> Iterator[str]:
    """Sections that explain the code no longer."""
    for section in SECTIONS:
        if f"\n## {section}\n" not in readme:
            yield f"README.md: the section {section!r} is missing"


def unknown_names(readme: str, modules: Iterable[Module], root: Path) -> Iterator[str]:
    """Names in backticks that neither a file nor the code has."""
    known = list(modules)
    for number, line in sections_of(readme):
        for ticked in _TICKED.findall(line):
            if not _exists(ticked, known, root):
                yield f"README.md:{number}: `{ticked}` is nowhere in the code"


def _exists(ticked: str, modules: list[Module], root: Path) -> bool:
    if ticked.startswith(("manage.py ", "make ")):
        command = ticked.split()[1]
        made = re.search(rf"^{re.escape(command)}:", _text(root / "Makefile"), re.MULTILINE)
        return bool(made) or (root / "statuspage/management/commands" / f"{command}.py").is_file()
    if _PATH.fullmatch(ticked) and ((root / ticked).exists() or _is_somewhere(ticked, root)):
        return True
    match = _NAME.fullmatch(ticked)
    if match is None:
        return False
    module, name = match["module"], match["name"]
    if module is None:
        return any(name in known.names or name in known.words for known in modules)
    return any(name in known.names for known in modules if _is_called(known.path, module)) or any(
        f"{module}.{name}" in known.names for known in modules
    )


def _is_somewhere(path: str, root: Path) -> bool:
    """Whether a file or folder of this name is in the packages; the text says in which part of them."""
    return any(next((root / package).rglob(path.rstrip("/")), None) for package in PACKAGES)


def _is_called(path: Path, module: str) -> bool:
    """Whether ``module`` (``runner``, ``pipeline/turns``) names the file or the package at ``path``."""
    place = path.parent if path.name == "__init__.py" else path.with_suffix("")
    return f"/{place.as_posix()}".endswith(f"/{module}")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def ruled_out(readme: str, modules: Iterable[Module]) -> Iterator[str]:
    """Classes and modules that bear a word of the column "not"."""
    words = {word.lower(): instead for word, instead in _words_to_avoid(readme)}
    for module in modules:
        named = [(name, f"{module.path}:{line}") for name, line in module.classes]
        for name, place in [*named, (module.path.stem, str(module.path))]:
            instead = words.get(name.strip("_").lower())
            if instead is not None:
                yield f"{place}: {name.strip('_')}: our word is {instead}"


def _words_to_avoid(readme: str) -> Iterator[tuple[str, str]]:
    """Each word of the table's last column, with the word of its first."""
    for _, line in sections_of(readme):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) == 4 and cells[3] not in {"not", "---", "–"}:
            yield from ((word.strip(), cells[0]) for word in cells[3].split(","))


def doubled(modules: Iterable[Module]) -> Iterator[str]:
    """Class names that stand for two things, whether or not one of them is private."""
    places: dict[str, list[str]] = defaultdict(list)
    for module in modules:
        for name, line in module.classes:
            places[name.lstrip("_")].append(f"{module.path}:{line}")
    for name, found in sorted(places.items()):
        if len(found) > 1 and name not in REPEATED:
            yield f"{found[0]}: the class name {name} stands for another thing at {', '.join(found[1:])}"


def problems(root: Path) -> list[str]:
    """All that is wrong below ``root``, one line each."""
    readme, modules = _text(root / "README.md"), modules_of(root)
    return [
        *missing_sections(readme),
        *unknown_names(readme, modules, root),
        *ruled_out(readme, modules),
        *doubled(modules),
    ]


def main() -> int:
    found = problems(ROOT)
    print("\n".join(found), file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
