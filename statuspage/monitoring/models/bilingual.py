"""Lets a row show two columns, one for each language, as one text."""

from django.db.models import Model

from probes.vocabulary.bilingual import Bilingual


class BilingualText:
    """The columns ``<name>_zh`` and ``<name>_en`` of a row, read and written together."""

    def __set_name__(self, owner: type[Model], name: str) -> None:
        self._zh, self._en = f"{name}_zh", f"{name}_en"

    def __get__(self, row: Model, owner: type[Model]) -> Bilingual:
        return Bilingual(getattr(row, self._zh), getattr(row, self._en))

    def __set__(self, row: Model, text: Bilingual) -> None:
        setattr(row, self._zh, text.zh)
        setattr(row, self._en, text.en)
