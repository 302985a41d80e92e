"""Pairs of posts of which it is known whether the second passes on the first; none was learnt from."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from probes.listening.reading.corpus import CORPUS, read_kept, unfolded
from probes.listening.reading.text import simplified_characters
from probes.listening.reposts import RepostIndex

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
# Cantonese words and rarer choices that no converter makes of the simplified character.
NEVER_CONVERTED = frozenset("佢俾冇咁咗哋唔啲喺嘅嘢嘥噉嚟妳揿攞牠畀睇瞓祢著帐係喎嗰帳搵撳甦甯礆逕")
LONG = 18  # characters that say something: so long a post is one post, whoever repeats it
SHORT = 13
FORWARDED = ("转发：", "【转】", "转：", "RT @小明: ", "转发微博 ", "fw: ", "//@老王:", "[转发]", "求扩散！")
BEFORE = (
    "太真实了 ",
    "扩散一下：",
    "求助，",
    "帮转：",
    "看到一个帖子，",
    "哈哈哈 ",
    "so true, ",
    "转给大家看看 ",
)
AFTER = (
    " 大家怎么看？",
    "，太惨了",
    "。转自贴吧",
    " 有人一样吗",
    "。我也遇到了，气死",
    " #支付失败#",
    " 😭😭",
    "，侵删",
)
COMMENTS = ("真的假的", "太惨了", "哈哈哈", "我也是", "救命", "lol")
EMOJI = "😭🙃🔥😡"


class Pair(NamedTuple):
    """Two posts by two people, and how the second came to be; ``copied`` if it passes on the first."""

    first: str
    second: str
    way: str
    copied: bool


def size(text: str) -> int:
    """Characters that say something; a longer English word counts as two."""
    words = re.findall(r"[a-z]+|\d+|[^\W\d_a-z]", text.lower())
    return sum(2 if len(word) > 3 else 1 for word in words)


def copies(count: int, chance: random.Random) -> Iterator[Pair]:
    """Long posts as somebody passes them on, in each of the usual ways."""
    long = [text for text in posts() if size(text) >= LONG]
    for text in chance.sample(long, count):
        yield from (Pair(text, copy, way, True) for way, copy in passed_on(text, chance).items())


def passed_on(text: str, chance: random.Random) -> dict[str, str]:
    """What becomes of ``text``, by the way in which it was passed on."""
    part = max(LONG - 3, len(text) * chance.choice((6, 7, 8)) // 10)
    before, after, emoji = chance.choice(BEFORE), chance.choice(AFTER), chance.choice(EMOJI)
    chinese = not text.isascii()
    return {
        "forwarded": chance.choice(FORWARDED) + text,
        "with a comment": f"{chance.choice(COMMENTS)} //@路人:{text}",
        "cut, with a mark": text[:part] + chance.choice(("…", "...", "……", "...全文")),
        "cut off": text[:part],
        "its end": text[-part:],
        "something before": before + text,
        "something after": text + after,
        "before and after": before + text + after,
        "spaced out": " ".join(text) if chinese else text.upper(),
        "with dots": "·".join(text) if chinese else text.replace(" ", "  "),
        "with emoji": re.sub("[，,。]", rf"\g<0>{emoji}", text) + emoji,
        "Traditional": traditional(text),
        "Traditional, forwarded": "轉發：" + traditional(text),
        "Traditional, cut, something before": f"{before}{traditional(text[:part])}…",
        "without marks": re.sub("[，,。！!？?]", " ", text),
        "quoted": f"有人说：“{text}”，你们呢",
    }


def traditional(text: str) -> str:
    """``text`` in Traditional characters, as a converter writes them."""
    back: dict[str, str] = {}
    for code, simple in simplified_characters().items():
        if chr(code) not in NEVER_CONVERTED:
            back.setdefault(simple, chr(code))
    return "".join(back.get(character, character) for character in text)


def look_alikes(count: int, chance: random.Random) -> Iterator[Pair]:
    """Posts by two people who say nearly the same: in few words, in one form, or by chance."""
    short = [text for text in posts() if size(text) <= SHORT]
    for text in chance.choices(short, k=count):
        yield Pair(
            chance.choice(("", *BEFORE)) + text,
            text + chance.choice(("", "！！", "。。。", " 😡")),
            "short",
            False,
        )
    lines = [
        line.partition(" ")[2].strip() for path in sorted(CORPUS.glob("*.txt")) for line in _lines(path.name)
    ]
    for line in chance.sample([line for line in lines if "[" in line and size(line) < 60], count):
        forms = unfolded(line, chance)
        if len(forms) > 1:
            first, second = chance.sample(forms, 2)
            yield Pair(first, second, "one form", False)
    yield from (Pair(first, second, "near", False) for first, second in neighbours(count))


def _lines(name: str) -> list[str]:
    lines = (CORPUS / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def neighbours(count: int) -> list[tuple[str, str]]:
    """The pairs of different posts that share most of the smaller one's runs of three characters."""
    texts = posts()
    runs = [{text[at : at + 3] for at in range(len(text) - 2)} for text in texts]
    holders: dict[str, list[int]] = {}
    for number, held in enumerate(runs):
        for run in sorted(held):
            holders.setdefault(run, []).append(number)
    shared = Counter(
        (first, second)
        for numbers in holders.values()
        if len(numbers) < 40
        for place, first in enumerate(numbers)
        for second in numbers[place + 1 :]
    )
    likeness = {pair: both / min(len(runs[pair[0]]), len(runs[pair[1]])) for pair, both in shared.items()}
    nearest = sorted(likeness, key=lambda pair: (-likeness[pair], pair))[:count]
    return [(texts[first], texts[second]) for first, second in nearest]


def posts() -> list[str]:
    """What writers who did not know the corpus wrote, each post once."""
    hands = {"kept:strangers", "kept:other_voices"}
    return list(dict.fromkeys(post.text for post in read_kept() if post.group in hands))


def joined(pair: Pair, among: list[str]) -> bool:
    """Whether the second post is taken for a copy of the first, where others wrote too."""
    index = RepostIndex()
    for number, text in enumerate(among):
        if text not in pair:
            index.original_of(key=str(number), text=text, author=f"n{number}", at=NOW)
    index.original_of(key="first", text=pair.first, author="anna", at=NOW)
    later = NOW + timedelta(hours=1)
    return index.original_of(key="second", text=pair.second, author="bert", at=later) == "first"
