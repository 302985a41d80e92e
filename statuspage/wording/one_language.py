"""What is said of a text that its author wrote in one language only: who shows it says so, in one way."""

from probes.vocabulary.bilingual import Bilingual
from statuspage.wording.sentence import Sentence

ONLY_IN_CHINESE = Sentence("仅有中文", "Only in Chinese")
ONLY_IN_ENGLISH = Sentence("仅有英文", "Only in English")
_NOTED = Sentence("{text}（{note}）", "{text} ({note})")


def note_on(text: Bilingual, language: str) -> str:
    """What stands beside ``text`` for a reader of ``language``; nothing where it is in that language."""
    if not text.is_lent(language):
        return ""
    return (ONLY_IN_CHINESE if text.zh else ONLY_IN_ENGLISH).say().in_(language)


def tag_of(text: Bilingual, language: str) -> str:
    """The language (BCP 47) that a reader of ``language`` sees it in, where it is the other; else nothing."""
    if not text.is_lent(language):
        return ""
    return "zh-Hans" if text.zh else "en"


def noted(text: Bilingual, language: str) -> str:
    """The text for a reader of ``language``, with the note behind it: for what has no markup."""
    told, note = text.in_(language), note_on(text, language)
    return _NOTED.say(text=told, note=note).in_(language) if note else told
