"""The room of words as a whole: every sentence in both languages, in use, each cause by its one word."""

import ast
import re
from collections.abc import Iterator, Mapping
from enum import EnumMeta
from pathlib import Path

import pytest

import statuspage.wording
from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.choices import Explanation, Happened, Told
from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.states import ComponentState, IncidentStatus, MaintenanceStatus, PlannedStep
from probes.vocabulary.symptoms import Product, Symptom
from probes.vocabulary.tiers import RiskTier
from statuspage.analysis.values import Certainty
from statuspage.public.templatetags.fogbreak import LABELS
from statuspage.wording import asking, causes, labels, planned, subscribing
from statuspage.wording.listing import Listed, Said, Uses, placeholders, sentences
from statuspage.wording.sentence import CAUSE_WORDS, Sentence

ROOT = Path(statuspage.wording.__file__).parents[2]
VIEWS = "\n".join(file.read_text("utf-8") for file in (ROOT / "statuspage" / "subscribers").glob("*.py"))
TEMPLATES = "\n".join(file.read_text("utf-8") for file in (ROOT / "templates").rglob("*.html"))
SOURCES = {file: file.read_text("utf-8") for file in (ROOT / "statuspage").rglob("*.py")}
USES = Uses()
CHINESE = re.compile(r"[\u4e00-\u9fff]")


ALL = [one for one in sentences() if not isinstance(one.said, Bilingual)]


def forms(listed: Listed) -> list[tuple[str, str]]:
    return [(listed.zh, en) for en in listed.en]


def test_sentence_says_the_same_in_both_languages() -> None:
    for sentence in ALL:
        for zh, en in forms(sentence):
            assert zh, sentence.address
            assert en, sentence.address
            assert not CHINESE.search(en), sentence.address
            assert placeholders(zh) == placeholders(en), sentence.address


def test_sentence_stands_only_once() -> None:
    written: dict[Said, set[int]] = {}
    for sentence in ALL:
        if len(sentence.en[0].split()) > 2:  # short labels may be homonyms
            written.setdefault(sentence.said, set()).add(id(sentence.said))

    assert not [sentence for sentence, found in written.items() if len(found) > 1]


def test_templates_say_every_label_and_none_that_is_missing() -> None:
    # A button is given the keys of what it says before and after it is pressed.
    said = set(re.findall(r"""(?:{% say |with what=| will=)["'](\w+)["']""", TEMPLATES))

    assert "{% say trouble %}" in TEMPLATES  # one of the refusals, by what the view found
    by_view = {name for name in subscribing.LABELS if f'"{name}"' in VIEWS}
    assert said | by_view | set(asking.REFUSALS) == set(LABELS)


@pytest.mark.parametrize(
    "listed",
    {(one.module, one.name): one for one in ALL}.values(),
    ids=lambda one: f"{one.module}.{one.name}",
)
def test_sentence_is_used_somewhere(listed: Listed) -> None:
    assert USES.of(listed)


@pytest.mark.parametrize(
    ("said", "members"),
    [
        (labels.CAUSES, Cause),
        (labels.COMPONENT_STATES, ComponentState),
        (labels.INCIDENT_STATUSES, IncidentStatus),
        (labels.MAINTENANCE_STATUSES, MaintenanceStatus),
        (planned.STEPS, PlannedStep),
        (labels.CERTAINTIES, Certainty),
        (labels.IMPACTS, Impact),
        (labels.TIERS, RiskTier),
        (labels.OUTCOMES, Outcome),
        (labels.SYMPTOMS, Symptom),
        (labels.PRODUCTS, Product),
        (asking.HAPPENED, Happened),
        (asking.TOLD, Told),
        (causes.EXPLANATIONS, Explanation),
        (asking.ANSWERS, Explanation),
    ],
    ids=lambda value: value.__name__ if isinstance(value, EnumMeta) else "",
)
def test_every_state_has_its_label(said: Mapping[str, Sentence], members: EnumMeta) -> None:
    assert list(said) == list(members)


@pytest.mark.parametrize("cause", Cause)
def test_cause_is_called_otherwise_everywhere_when_its_word_changes(
    cause: Cause, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = CAUSE_WORDS[cause]
    monkeypatch.setitem(CAUSE_WORDS, cause, Bilingual("某某", "something"))

    said = [
        text
        for sentence in ALL
        if (sentence.module, sentence.name) != ("asking", "TOLD")  # the apps' words, not ours to change
        for zh, en in forms(sentence)
        for text in (_filled(zh, en),)
    ]

    assert not [text for text in said if old.zh in text.zh or old.en in text.en.lower()]
    assert [text for text in said if "某某" in text.zh and "something" in text.en.lower()]


def _filled(zh: str, en: str) -> Bilingual:
    return Sentence(zh, en).say(**dict.fromkeys(placeholders(zh), "…"))


# Chinese that is no sentence of the page: what posts are searched for, the name of a row, invented examples,
# and the answer of a server that has no page yet.
NO_SENTENCES = {"pasted.py", "quotes.py", "filing.py", "table.py", "server.py"}


@pytest.mark.parametrize("room", ["public", "asking", "incidents"])
def test_no_sentence_stands_outside_the_room(room: str) -> None:
    strays = [
        (file.name, text)
        for file, source in SOURCES.items()
        if file.is_relative_to(ROOT / "statuspage" / room)
        and not {"migrations", "admin"} & set(file.parts)
        and file.name not in NO_SENTENCES
        for text in _texts(ast.parse(source))
        if CHINESE.search(text)
    ]

    assert not strays


def _texts(tree: ast.Module) -> Iterator[str]:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docs = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documented)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in docs:
            yield node.value
