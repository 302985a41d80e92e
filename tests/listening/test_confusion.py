"""How often a post of one symptom is read as another."""

from pathlib import Path

import pytest

from probes.listening.reading.confusion import ConfusionError, confusion, read_confusion, written
from probes.vocabulary.symptoms import Symptom


def test_shipped_confusion_knows_every_reading_of_every_symptom() -> None:
    shares = confusion()

    assert set(shares) == set(Symptom)
    assert all(0.0 < shares[true][said] < 1.0 for true in Symptom for said in Symptom)
    assert all(shares[true][true] == max(shares[true].values()) for true in Symptom)


def test_shares_are_the_same_when_they_are_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "confusion.json"
    path.write_bytes(written(confusion()))

    assert read_confusion(path) == confusion()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("{", "confusion.json: ", id="it is no JSON"),
        pytest.param(
            '{"shopping": {}}', "confusion.json: Invalid enum value 'shopping'", id="a symptom is none"
        ),
        pytest.param("{}", "the shares of payment_failure add up to 0, not to 1", id="a symptom is missing"),
    ],
)
def test_confusion_names_what_is_wrong_when(text: str, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "confusion.json"
    path.write_text(text)

    with pytest.raises(ConfusionError, match=complaint):
        read_confusion(path)
