"""Has what a constraint forbids said beside the field of a form that it is about."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models


class SaidBeside(models.Model):
    """Its constraints have the field as ``violation_error_code``, and why as ``violation_error_message``."""

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        try:
            super().validate_constraints(exclude)
        except ValidationError as error:
            raise ValidationError(_by_field(error, {field.name for field in self._meta.fields})) from error


def _by_field(error: ValidationError, fields: Collection[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for name, problems in error.error_dict.items():
        for problem in problems:
            is_beside = name == NON_FIELD_ERRORS and problem.code in fields
            found.setdefault(str(problem.code) if is_beside else name, []).append(problem)
    return found
