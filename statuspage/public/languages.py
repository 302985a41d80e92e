"""The two languages of all that is public, and where each of them lies; and Chinese in other characters."""

from dataclasses import dataclass

from probes.vocabulary.bilingual import TRADITIONAL_CODE


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """``code`` is Django's name for it, ``tag`` the one of HTML and feeds, ``root`` where its pages begin."""

    code: str
    tag: str
    root: str


CHINESE = Language(code="zh-hans", tag="zh-Hans", root="/")
ENGLISH = Language(code="en", tag="en", root="/en/")
LANGUAGES = (CHINESE, ENGLISH)
# Beside them where it is set, converted from the first.
TRADITIONAL = Language(code=TRADITIONAL_CODE, tag="zh-Hant", root="/zh-hant/")
IN_ALL_SCRIPTS = (*LANGUAGES, TRADITIONAL)
