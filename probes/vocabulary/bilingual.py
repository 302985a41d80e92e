"""A text in both languages of the site."""

from dataclasses import dataclass

from probes.vocabulary.traditional import traditional

TRADITIONAL_CODE = "zh-hant"


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same in Chinese and English; ``+`` joins both, and :meth:`in_` takes one of them."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        """The Chinese text where ``language`` is a code such as ``zh-hans``, else the English one.

        For ``zh-hant`` it is converted to traditional characters.
        """
        if language == TRADITIONAL_CODE:
            return traditional(self.zh)
        return self.zh if language.startswith("zh") else self.en

    def capitalised(self) -> "Bilingual":
        """As it begins a sentence or stands alone."""
        return Bilingual(self.zh, self.en[:1].upper() + self.en[1:])

    def __add__(self, other: "Bilingual") -> "Bilingual":
        return Bilingual(self.zh + other.zh, " ".join(part for part in (self.en, other.en) if part))

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)

    def __str__(self) -> str:
        # Without this a page where the language was forgotten would show both, with the name of the class.
        raise TypeError(f"say in which language: {self!r}.in_(…)")


NOTHING = Bilingual("", "")
