"""The linear model in plain Python: a post is one sum over its characters and words, alone and in pairs.

At least 20,000 posts a second are to be read on one core, or a replay is mostly reading. So each row of
weights is one integer, and a post is one sum of integers: 21,700 strangers' posts a second, against 15,800
where the rows are summed number by number (one run, CPU time, Python 3.11). A test holds this sum to the
plain one.

1. A run of one to three tokens is a short string, as each word is one private character; by it its row is
   found.
2. The row lies in the integer as lanes of 32 bits: one per symptom, then the product's, then its own
   rarity. A negative number borrows from the lane above; the middle of each lane, added at the end, pays it
   back.
3. Above the lanes each concept and product name has a counter of 10 bits, raised by the runs that begin it.
   Whether one is not 0 shows in its highest bit, once all the bits below that one are added to it.
4. What the concepts weigh together is added as a row of its own, and the lanes are unpacked into the
   scores.
"""

import re
import struct
from functools import lru_cache
from itertools import chain, count
from math import sqrt
from operator import add

import msgspec

from probes.listening.reading.features import WORD, concept_signs, concepts, is_concept, stem_sign
from probes.listening.reading.products import product_signs
from probes.vocabulary.symptoms import Product, Symptom

_LANES = struct.Struct(f"<{len(Symptom) + 2}I")
_WEIGHTS = (1 << _LANES.size * 8) - 1
_MIDDLE = 1 << 31
_MIDDLES = int.from_bytes(_LANES.pack(*[_MIDDLE] * (len(Symptom) + 2)), "little")
_COUNTER = 10  # bits: to its highest one, more than there are tokens in what is read
_TOP_BIT = 1 << _COUNTER - 1
_PRIVATE = 0xF0000  # where Unicode leaves room for characters of one's own


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """The model as it lies in the file: per sign one whole number per symptom, in units of ``1 / scale``.

    Two more follow: how much the sign speaks for another product rather than none, and its own rarity
    (squared), by which a post's length is evened out.
    """

    scale: float
    rarity_scale: float
    intercepts: tuple[float, ...]
    sharpness: float
    rows: dict[str, tuple[int, ...]]


class Model:
    """The weights, laid out for speed.

    Each word that the weights know is one private character, so that a post is a string of tokens. Each row
    is packed into one integer; above the weights, it counts the concepts and product names that begin there.
    """

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self._words = _Words([*weights.rows, *concepts(), *product_signs()])
        self._products = tuple(dict.fromkeys(product_signs().values()))
        self._counted: tuple[str, ...] = (*sorted({*chain(*concepts().values())}), *self._products)
        self._sums = self._added_up()
        places = [1 << _COUNTER * place for place in range(len(self._counted))]
        self._at_least_one = (
            sum((_TOP_BIT - 1) * place for place in places),
            sum(_TOP_BIT * place for place in places),
        )
        self._together = {sign: _packed(row) for sign, row in weights.rows.items() if is_concept(sign)}
        self._meaning = lru_cache(maxsize=20_000)(self._meant)

    def _added_up(self) -> dict[str, int]:
        """What each run of one to three tokens adds to a post."""
        sums: dict[str, int] = {}

        def put(sign: str, value: int) -> None:
            run = self._words.coded(sign)
            sums[run] = sums.get(run, 0) + value

        for sign, row in self.weights.rows.items():
            if not is_concept(sign):
                put(sign, _packed(row))
        counted = {sign: (name,) for sign, name in product_signs().items()}
        for sign, names in (*concepts().items(), *counted.items()):
            for name in names:
                put(sign, 1 << _LANES.size * 8 + _COUNTER * self._counted.index(name))
        for word in self._words:
            if stem := self.weights.rows.get(stem_sign(word)):
                put(word, _packed(stem))
        return sums

    def read(self, text: str) -> tuple[list[float], Product]:
        """One score per symptom, and the product, of a text in its plain form."""
        tokens = f"^{self._words.in_text(text)}$"
        pairs = list(map(add, tokens, tokens[1:]))
        runs = chain(tokens, pairs, map(add, pairs, tokens[2:]))
        total = sum(filter(None, map(self._sums.get, runs)), _MIDDLES)
        # A counter that is not 0 carries into its highest bit.
        carry, mask = self._at_least_one
        meaning, named = self._meaning((total >> _LANES.size * 8) + carry & mask)
        numbers = _LANES.unpack(((total & _WEIGHTS) + meaning).to_bytes(_LANES.size, "little"))
        weights = self.weights
        length = sqrt(max(numbers[-1] - _MIDDLE, 1) / weights.rarity_scale) * weights.scale
        *scores, elsewhere = [
            start + (number - _MIDDLE) / length
            for start, number in zip(weights.intercepts, numbers, strict=False)
        ]
        return scores, named or (Product.OTHER if elsewhere > 0 else Product.NONE)

    def _meant(self, present: int) -> tuple[int, Product | None]:
        """What the concepts that are there weigh together, and the first product that was named."""
        found = [name for place, name in enumerate(self._counted) if present >> _COUNTER * place & _TOP_BIT]
        met = concept_signs([name for name in found if name not in self._products])
        named = [Product(name) for name in found if name in self._products]
        return sum(self._together.get(sign, 0) for sign in met), named[0] if named else None


class _Words(dict[str, str]):
    """The private character of each word of two letters and more; of another word its stem's."""

    def __init__(self, signs: list[str]) -> None:
        super().__init__()
        codes = map(chr, count(_PRIVATE))
        self._unknown = next(codes)
        for token in {token: None for sign in signs if not is_concept(sign) for token in sign.split(" ")}:
            if len(token) > 1:
                self[token] = next(codes)

    def __missing__(self, word: str) -> str:
        return self.get(stem_sign(word), self._unknown) if len(word) > 1 else word

    def coded(self, sign: str) -> str:
        """The tokens of a sign, one character each."""
        return "".join(map(self.__getitem__, sign.split(" ")))

    def in_text(self, text: str) -> str:
        """The tokens of a text, one character each."""
        return "".join(WORD.sub(self._code, text).split())

    def _code(self, match: re.Match[str]) -> str:
        return self[match.group()]


def _packed(row: tuple[int, ...]) -> int:
    return int.from_bytes(_LANES.pack(*[number + _MIDDLE for number in row]), "little") - _MIDDLES
