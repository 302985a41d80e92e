"""How often a post of one symptom is read as another: measured at training, shipped beside the model."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypeAlias

import msgspec

from probes.vocabulary.symptoms import Symptom

CONFUSION = Path(__file__).parent / "data" / "confusion.json"

Confusion: TypeAlias = Mapping[Symptom, Mapping[Symptom, float]]
"""By the true symptom, the share (0 to 1) of its posts that are read as each; the shares add up to 1."""


class ConfusionError(ValueError):
    """A file of shares that cannot be used: names it and what is wrong."""


@cache
def confusion() -> Confusion:
    """The shipped model's, read once."""
    return read_confusion(CONFUSION)


def read_confusion(path: Path) -> Confusion:
    """The shares of a file as ``train_reports`` writes it; raises :class:`ConfusionError`."""
    try:
        shares = msgspec.json.decode(path.read_bytes(), type=dict[Symptom, dict[Symptom, float]])
    except msgspec.DecodeError as error:
        raise ConfusionError(f"{path.name}: {error}") from error
    for true in Symptom:
        whole = sum(shares.get(true, {}).values())
        if abs(whole - 1.0) > 0.01:
            raise ConfusionError(f"{path.name}: the shares of {true} add up to {whole:g}, not to 1")
    return shares


def written(shares: Confusion) -> bytes:
    """The file's text, one true symptom a line."""
    lines = (f'"{true}": {msgspec.json.encode(shares[true]).decode()}' for true in Symptom)
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()
