"""The two languages of all that is public, and where each of them lies."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """``code`` is Django's name for it, ``tag`` the one of HTML and feeds, ``root`` where its pages begin."""

    code: str
    tag: str
    root: str


CHINESE = Language(code="zh-hans", tag="zh-Hans", root="/")
ENGLISH = Language(code="en", tag="en", root="/en/")
LANGUAGES = (CHINESE, ENGLISH)
