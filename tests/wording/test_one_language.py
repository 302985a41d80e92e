"""A text that its author wrote in one language: who reads the other sees it, and a note that says so."""

import pytest

from probes.vocabulary.bilingual import NOTHING, Bilingual
from statuspage.wording.one_language import note_on, noted, tag_of
from statuspage.wording.sentence import Sentence

BOTH, CHINESE, ENGLISH = Bilingual("维护", "Works"), Bilingual("维护", ""), Bilingual("", "Works")


@pytest.mark.parametrize(
    ("text", "language", "shown", "tag"),
    [
        (BOTH, "zh-hans", "维护", ""),
        (BOTH, "en", "Works", ""),
        (CHINESE, "zh-hans", "维护", ""),
        (CHINESE, "zh-hant", "維護", ""),
        (CHINESE, "en", "维护 (Only in Chinese)", "zh-Hans"),
        (ENGLISH, "en", "Works", ""),
        (ENGLISH, "zh-hans", "Works（仅有英文）", "en"),
        (ENGLISH, "zh-hant", "Works（僅有英文）", "en"),
        (NOTHING, "en", "", ""),
    ],
)
def test_text_is_noted_when_it_is_there_in_the_other_language_only(
    text: Bilingual, language: str, shown: str, tag: str
) -> None:
    assert noted(text, language) == shown
    assert tag_of(text, language) == tag
    assert bool(note_on(text, language)) == bool(tag)


def test_sentence_names_a_text_in_the_language_that_it_has_when_the_other_is_missing() -> None:
    told = Sentence("已结束：{title}", "Over: {title}").say(title=CHINESE)

    assert (told.zh, told.en) == ("已结束：维护", "Over: 维护")
