"""Sentences and texts: what is filled in, what English counts, and what is never shown by mistake."""

import pytest
from django.template import Context, Template
from django.utils import translation

from probes.vocabulary.bilingual import NOTHING, Bilingual
from statuspage.wording.sentence import Counted, Sentence

NAMES = Bilingual("甲", "A")


def test_sentence_takes_each_value_in_its_language_when_it_is_said() -> None:
    said = Sentence("{names}正在{maintenance}，{n} 次", "{Maintenance} of {names}, {n} times").say(
        names=NAMES, n=2
    )

    assert said == Bilingual("甲正在维护，2 次", "Maintenance of A, 2 times")


@pytest.mark.parametrize(
    ("written", "value", "said"),
    [
        ("从{x}做的", "2 个地点", "从 2 个地点做的"),
        ("从 {x}做的", "两个地点", "从两个地点做的"),
        ("{x}出现问题", "Apple Pay", "Apple Pay 出现问题"),
        ("{x} 起。", "06:00（UTC+8）", "06:00（UTC+8）起。"),
        ("成功的有{x}的人", "70%", "成功的有 70% 的人"),
        ("{x} 起", "<time>06:00</time>", "<time>06:00</time> 起"),
        ("只有{x}", "支付2号", "只有支付2号"),
    ],
    ids=[
        "a count within Chinese",
        "Chinese where a count was expected",
        "a name in Latin letters",
        "a bracket that has its own room",
        "a share",
        "markup, of which nothing is known",
        "a name that somebody else wrote",
    ],
)
def test_sentence_sets_one_space_where_chinese_meets_letters_or_digits(
    written: str, value: str, said: str
) -> None:
    assert Sentence(written, "").say(x=value).zh == said


def test_sentence_cannot_be_said_when_a_value_is_missing() -> None:
    with pytest.raises(KeyError):
        Sentence("{names}", "{names}").say()


def test_sentence_leaves_braces_of_a_value_alone_when_it_is_filled_in() -> None:
    assert Sentence("{names}！", "{names}!").say(names="{risk_control}").en == "{risk_control}!"


@pytest.mark.parametrize(("n", "english"), [(0, "0 days"), (1, "1 day"), (2, "2 days")])
def test_counted_has_the_form_of_its_number_when_it_is_said(n: int, english: str) -> None:
    assert Counted("{n} 天", "{n} day", "{n} days").say(n=n) == Bilingual(f"{n} 天", english)


def test_text_is_not_shown_when_the_language_was_forgotten() -> None:
    with pytest.raises(TypeError, match="in which language"):
        str(NAMES)


def test_texts_are_joined_without_a_stray_space_when_one_is_empty() -> None:
    assert NAMES + NOTHING + Bilingual("乙", "B") == Bilingual("甲乙", "A B")


@pytest.mark.parametrize(("language", "shown"), [("zh-hans", "&lt;b&gt; 起"), ("en", "since &lt;b&gt;")])
def test_template_says_values_escaped_when_they_are_not_ours(language: str, shown: str) -> None:
    template = Template('{% load fogbreak %}{% say "since" at=at %}')

    with translation.override(language):
        assert template.render(Context({"at": "<b>"})) == shown


def test_template_fails_when_it_says_what_is_not_in_the_room() -> None:
    with pytest.raises(KeyError):
        Template('{% load fogbreak %}{% say "nonsense" %}').render(Context())


@pytest.mark.parametrize(("language", "shown"), [("zh-hans", "甲/"), ("en", "A/")])
def test_template_shows_a_text_in_its_language_and_nothing_for_what_is_not_there(
    language: str, shown: str
) -> None:
    template = Template("{% load fogbreak %}{{ names|said }}/{{ missing|said }}")

    with translation.override(language):
        assert template.render(Context({"names": NAMES})) == shown
