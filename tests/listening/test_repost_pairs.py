"""Labelled pairs: long posts as they are passed on, and short ones that two people happen to write alike."""

import random
import re
from datetime import UTC, datetime, timedelta

from probes.listening.reading.corpus import CORPUS
from probes.listening.reposts import RepostIndex

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LINES = (CORPUS / "kept" / "other_voices.tsv").read_text(encoding="utf-8").splitlines()
POSTS = [line.split("\t")[2] for line in LINES]
OPENINGS = ("", "求助 ", "服了 ", "有人吗 ", "📍合肥 ", "坐标深圳 ", "ugh ", "today: ")
ENDINGS = ("", "！！", "。。。", " 😡", " smh", " 裂开", "？？")


def size(text: str) -> int:
    """Characters that say something; a longer English word counts as two."""
    return sum(2 if len(word) > 3 else 1 for word in re.findall(r"[a-z]+|\d+|[^\W\d_a-z]", text.lower()))


LONG = [text for text in map("，".join, zip(POSTS[::2], POSTS[1::2], strict=False)) if size(text) >= 26]
SHORT = [text for text in POSTS if size(text) <= 13]


def passed_on(text: str, chance: random.Random) -> str:
    """``text`` as somebody passes it on, in one of the usual ways."""
    other_script = str.maketrans(dict(to_traditional()))
    ways = [
        f"转发：{text}",
        f"【转】{text}",
        f"真的假的 //@路人:{text}",
        f"{text[: max(18, len(text) * 3 // 4)]}…",
        " ".join(text) if not text.isascii() else text.upper(),
        text.replace("，", "🙃，🙃"),
        text.translate(other_script),
        f"{chance.choice(OPENINGS)}{text}{chance.choice(ENDINGS)}",
    ]
    return chance.choice(ways)


def to_traditional() -> list[tuple[str, str]]:
    return [
        ("们", "們"), ("这", "這"), ("说", "說"), ("还", "還"), ("没", "沒"), ("开", "開"), ("关", "關"),
        ("单", "單"), ("务", "務"), ("网", "網"), ("钱", "錢"), ("买", "買"), ("转", "轉"), ("账", "賬"),
    ]  # fmt: skip


def joined(first: str, second: str) -> bool:
    index = RepostIndex()
    for number, text in enumerate(random.Random(1).sample(POSTS, 60)):
        if text not in first and text not in second:
            index.original_of(key=str(number), text=text, author=f"n{number}", at=NOW)
    index.original_of(key="first", text=first, author="anna", at=NOW)
    return index.original_of(key="second", text=second, author="bert", at=NOW + timedelta(hours=1)) == "first"


def test_repost_index_joins_what_is_passed_on_and_little_else_when_pairs_are_labelled() -> None:
    chance = random.Random(2)
    copies = [(text, passed_on(text, chance)) for text in LONG for _ in range(2)]
    alike = [
        (f"{chance.choice(OPENINGS)}{text}", f"{text}{chance.choice(ENDINGS)}")
        for text in SHORT
        for _ in range(2)
    ]
    different = [tuple(chance.sample(POSTS, 2)) for _ in range(200)]

    missed = [pair for pair in copies if not joined(*pair)]
    wrong = [pair for pair in [*alike, *different] if joined(*pair)]

    found = len(copies) - len(missed)
    assert found / len(copies) >= 0.93, missed
    assert found / (found + len(wrong)) >= 0.98, wrong
