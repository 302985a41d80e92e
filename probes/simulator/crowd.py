"""The people of the pretended world: what one of them writes, given what is on their mind."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from probes.simulator.dice import unit
from probes.vocabulary.symptoms import Product, Symptom

_LANGUAGES = (("zh", 0.8), ("hant", 0.88), ("en", 1.0))  # cumulative shares
_OPENINGS = ("", "", "", "", "", "", "求助 ", "刚刚，", "有人吗？", "就现在，", "唉，", "提问：")
_OPENINGS_EN = ("", "", "", "", "ugh ", "help: ", "so ")


@cache
def _phrases() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "phrases.toml").read_text(encoding="utf-8"))


def compose(symptom: Symptom, product: Product, bits: int) -> str:
    """A sentence that complains of ``symptom`` with ``product``; the same 64 ``bits`` give the same."""
    phrases = _phrases()
    tongue = next(name for name, share in _LANGUAGES if unit(bits, 11) < share)
    sentence: str = _pick(phrases[symptom.value][tongue], bits, 13)
    about = (
        product.value if product.value in phrases["products"] else _pick(("fenfu", "wechat_pay"), bits, 17)
    )
    sentence = sentence.replace("{p}", _pick(phrases["products"][about][tongue], bits, 19))
    for number, (slot, choices) in enumerate(phrases["slots"].items()):
        mark = "{" + slot + "}"
        if mark in sentence:
            sentence = sentence.replace(mark, _pick(choices, bits, 29 + 2 * number))
    if symptom is Symptom.IRRELEVANT:
        return sentence
    opening: str = _pick(_OPENINGS_EN if tongue == "en" else _OPENINGS, bits, 23)
    return opening + sentence


def _pick(choices: Any, bits: int, salt: int) -> Any:
    return choices[int(unit(bits, salt) * len(choices))]
