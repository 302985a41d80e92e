"""A text in both languages of the site."""

from dataclasses import dataclass

from probes.vocabulary.traditional import traditional

TRADITIONAL_CODE = "zh-hant"


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same in Chinese and English; ``+`` joins both, and :meth:`in_` takes one of them.

    What a person wrote may be in one language only: the other is empty then.
    """

    zh: str
    en: str

    def in_(self, language: str) -> str:
        """The Chinese text where ``language`` is a code such as ``zh-hans``, else the English one.

        For ``zh-hant`` it is converted to traditional characters. What is there in one language only is
        given in that one; :meth:`is_lent` tells.
        """
        own, other = (self.zh, self.en) if language.startswith("zh") else (self.en, self.zh)
        text = own or other
        return traditional(text) if language == TRADITIONAL_CODE else text

    def is_lent(self, language: str) -> bool:
        """Whether :meth:`in_` gives a text of the other language, for there is none in ``language``."""
        own = self.zh if language.startswith("zh") else self.en
        return not own and bool(self)

    def or_else(self, other: "Bilingual") -> "Bilingual":
        """With what ``other`` has in a language that is missing."""
        return Bilingual(self.zh or other.zh, self.en or other.en)

    def capitalised(self) -> "Bilingual":
        """As it begins a sentence or stands alone."""
        return Bilingual(self.zh, self.en[:1].upper() + self.en[1:])

    def shortened(self, length: int) -> "Bilingual":
        """Each text cut at ``length`` characters, where it is longer."""
        return Bilingual(self.zh[:length], self.en[:length])

    def __add__(self, other: "Bilingual") -> "Bilingual":
        return Bilingual(self.zh + other.zh, " ".join(part for part in (self.en, other.en) if part))

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)

    def __str__(self) -> str:
        # Without this a page where the language was forgotten would show both, with the name of the class.
        raise TypeError(f"say in which language: {self!r}.in_(…)")


NOTHING = Bilingual("", "")
