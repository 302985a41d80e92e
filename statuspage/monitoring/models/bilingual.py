"""Two columns of a row as one text, of which one language is enough."""

from django.db import models
from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from probes.vocabulary.bilingual import Bilingual

ONE_IS_ENOUGH = _("Write it in Chinese or in English; one of them is enough.")


class BilingualText:
    """The columns ``<name>_zh`` and ``<name>_en`` of a row, read and written together."""

    def __set_name__(self, owner: type[Model], name: str) -> None:
        self._zh, self._en = f"{name}_zh", f"{name}_en"

    def __get__(self, row: Model, owner: type[Model]) -> Bilingual:
        return Bilingual(getattr(row, self._zh), getattr(row, self._en))

    def __set__(self, row: Model, text: Bilingual) -> None:
        setattr(row, self._zh, text.zh)
        setattr(row, self._en, text.en)


def in_a_language(text: str, *, name: str) -> models.CheckConstraint:
    """The constraint ``name``: the text of these two columns is there in one language at least."""
    return models.CheckConstraint(
        condition=~Q(**{f"{text}_zh": "", f"{text}_en": ""}),
        name=name,
        violation_error_code=f"{text}_zh",
        violation_error_message=ONE_IS_ENOUGH,
    )


def drafted_field() -> "models.CharField[str, str]":
    """The column that marks the language of a row that a template filled in, since its author left it out."""
    return models.CharField(
        _("from a template"),
        max_length=2,
        choices=[("zh", _("the Chinese text")), ("en", _("the English text"))],
        blank=True,
        editable=False,
    )
