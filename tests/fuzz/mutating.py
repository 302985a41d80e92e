"""Makes inputs of a corpus: by chance, but nearer to what parsers meet than chance alone would come."""

import random
from collections.abc import Sequence

LONGEST = 30_000  # bytes
# What has broken parsers before: ends, nesting, numbers beyond all bounds, halves of characters.
ODD = (
    *(bytes([code]) for code in (0, 1, 9, 10, 13, 27, 32, 34, 38, 39, 44, 47, 58, 60, 61, 62, 92, 127, 255)),
    *(b"\xed\xa0\x80", b"\xc0\xaf", b"\xff\xfe", b"\xef\xbb\xbf", b"\xf4\x90\x80\x80", "\u202e".encode()),
    *(b"\\ud83d", b"\\u0000", b"&#0;", b"&#x110000;", b"&amp;", b"%00", b"%ff", b"%", b"\r\n\r\n", b"\r\n "),
    *(b"-1", b"0", b"9" * 25, b"1e400", b"-0", b"NaN", b"Infinity", b"null", b"true", b"[]", b"{}", b'""'),
    *(b"[" * 300, b'{"a":' * 300, b"<a>" * 300, b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<!DOCTYPE x ["),
    *(b"0000-00-00", b"9999-12-31T23:59:60Z", b"+99:99", b"24:61", "二月三十日".encode(), b"-292277022399"),
    *("分付".encode(), "上".encode("gb18030"), "微信".encode("big5"), "😀".encode(), "İß".encode()),
)


def mutated(corpus: Sequence[bytes], dice: random.Random) -> bytes:
    """One input: an entry of the corpus with one to eight changes."""
    data = bytearray(dice.choice(corpus))
    for _ in range(1 + min(7, int(dice.expovariate(0.7)))):
        _CHANGES[int(dice.random() * len(_CHANGES))](data, corpus, dice)
    return bytes(data[:LONGEST])


def _place(data: bytearray, dice: random.Random) -> tuple[int, int]:
    start = int(dice.random() * (len(data) + 1))
    return start, min(len(data), start + int(dice.expovariate(0.1)))


def _flip(data: bytearray, corpus: Sequence[bytes], dice: random.Random) -> None:
    if data:
        data[int(dice.random() * len(data))] ^= 1 << int(dice.random() * 8)


def _any(data: bytearray, corpus: Sequence[bytes], dice: random.Random) -> None:
    start, end = _place(data, dice)
    data[start:end] = dice.randbytes(int(dice.expovariate(0.3)))


def _odd(data: bytearray, corpus: Sequence[bytes], dice: random.Random) -> None:
    start, end = _place(data, dice)
    data[start : end if dice.random() < 0.5 else start] = dice.choice(ODD)


def _cut(data: bytearray, corpus: Sequence[bytes], dice: random.Random) -> None:
    start, end = _place(data, dice)
    del data[start : len(data) if dice.random() < 0.1 else end]


def _again(data: bytearray, corpus: Sequence[bytes], dice: random.Random) -> None:
    start, end = _place(data, dice)
    times = 2 if dice.random() < 0.9 else int(dice.expovariate(0.01))
    data[start:end] = (data[start:end] * times)[:LONGEST]


def _moved(data: bytearray, corpus: Sequence[bytes], dice: random.Random) -> None:
    start, end = _place(data, dice)
    other = int(dice.random() * (len(data) + 1))
    data[other:other] = data[start:end]


def _crossed(data: bytearray, corpus: Sequence[bytes], dice: random.Random) -> None:
    other = dice.choice(corpus)
    start, end = _place(data, dice)
    begins = int(dice.random() * (len(other) + 1))
    data[start:end] = other[begins : begins + int(dice.expovariate(0.02))]


_CHANGES = (_flip, _any, _odd, _cut, _again, _moved, _crossed)
