"""One plain form of what people write, so that spelling, script and decoration do not hide the same words."""

import re
import unicodedata
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"

_INVISIBLE = dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFE0E, 0xFE0F, 0xFEFF])
_LINK = re.compile(r"(?:https?://|www\.)[^\s\u4e00-\u9fff]+")
_MENTION = re.compile(r"@(?!微信|支付宝|腾讯|wechat|alipay)[\w.\-]{1,30}")
# People dodge filters and mistype on purpose; one spelling each is enough for the model.
_SPELLINGS = {
    "部份": r"部分(?=付)",  # "partly paid" names no product
    "微信": r"wei\s?xin|(?:威|徽|薇)信|(?<![a-z])(?:wx|vx|weixin)(?![a-z])|微xin|v信",
    "分付": r"(?:粉|芬|份|分|汾|纷)[\s._\-·]{0,2}(?:fu(?![a-z])|付(?!费|款)|复|傅|副|负(?![责担债数面重荷]))"
    r"|fen[\s\-_]fu|fenfu|fen付|(?<![a-z])ff(?=\s?[\u4e00-\u9fff])",
    "支付": r"支fu|zhi\s?fu|(?<![a-z])zf(?=不|失败|崩)|(?:之|支)(?:付|富|负)(?=失败|不|了)",
    "付不出": r"付不(?:粗|初|除|鸟)",
    "风控": r"(?:风|封|疯|丰|峰)(?:空|孔|恐)(?=了|$|的|着|，|,|。|！|!)|(?:丰|疯|峰|封)控"
    r"|feng\s?kong|(?<![a-z])fk(?=了|的)",
    "额度": r"鹅度|额du|(?<![a-z])ed(?=没|降|清)",
    # Coins are no product.
    "现金": r"(?:(?<=备好)|(?<=备点)|(?<=备些)|(?<=准备)|(?<=带好)|(?<=带点)|(?<=找))零钱",
    "花呗": r"花(?:贝|被(?!子|盗|冻|限|拒|封))|hua\s?bei",
}
_MISSPELT = re.compile(
    # Most positions are passed by after one look.
    "(?=[a-z部微威徽薇粉芬份分汾纷支之付风封疯丰峰鹅额零花])(?:"
    + "|".join(f"({pattern})" for pattern in _SPELLINGS.values())
    + ")"
)
_SPELT = tuple(_SPELLINGS)
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_DRAWN_OUT = re.compile(r"(\S)\1{2,}")


def read_lists(name: str) -> list[tuple[str, list[str]]]:
    """The lists of a data file with lines such as ``name: phrase, phrase``, in their order."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    lists = (line.partition(":") for line in lines if line.strip() and not line.startswith("#"))
    return [(title, [phrase.strip() for phrase in phrases.split(",")]) for title, _, phrases in lists]


@cache
def simplified_characters() -> dict[int, str]:
    """The Simplified character for each Traditional one, for ``str.translate``."""
    lines = (DATA / "traditional.tsv").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if not line.startswith("#"))
    return {ord(old): new for old, new in pairs}


class _Folded(dict[int, str]):
    """What each character becomes, worked out when it is first met."""

    def __init__(self) -> None:
        self._simplified: dict[int, str | None] = {**simplified_characters(), **_INVISIBLE}

    def __missing__(self, code: int) -> str:
        character = unicodedata.normalize("NFKC", chr(code)).translate(self._simplified).lower()
        return self.setdefault(code, character)


_folded = cache(_Folded)


def simplify(text: str) -> str:
    """``text`` in lower case, simplified and in one form of each character (NFKC), without invisible ones."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", text).translate(_folded())


def plain(text: str) -> str:
    """The form that the symptom model reads.

    Links, mentions and numbers become single signs, misspelt names are spelt, and what is drawn out is said
    twice.
    """
    text = simplify(text)
    if "http" in text or "www." in text:
        text = _LINK.sub(" ⌁ ", text)
    if "@" in text:
        text = _MENTION.sub(" @ ", text)
    text = _NUMBER.sub("0", _MISSPELT.sub(_spelt, text))
    return _DRAWN_OUT.sub(r"\1\1", text)


def _spelt(match: re.Match[str]) -> str:
    return _SPELT[(match.lastindex or 1) - 1]
