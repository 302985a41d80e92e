"""One plain form of what people write, so that spelling, script and decoration do not hide the same words."""

import re
import unicodedata
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"

_INVISIBLE = dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFE0E, 0xFE0F, 0xFEFF])
_LINK = re.compile(r"(?:https?://|www\.)[^\s\u4e00-\u9fff]+")
_MENTION = re.compile(r"@(?!微信|支付宝|腾讯|wechat|alipay)[\w.\-]{1,30}")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_LOUD = re.compile(r"(.)\1{2,}")
_SPACE = re.compile(r"\s+")
_SPACED_OUT = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
# People dodge filters and mistype on purpose; one spelling each is enough for the model.
_SPELLINGS = (
    (re.compile(r"(?:wei|微)\s?(?:xin|信)|威信|徽信|薇信|\bwx\b|\bv信|\bvx\b|\bweixin\b"), "微信"),
    (
        re.compile(
            r"[分芬粉份汾纷][\s._\-·]{0,2}(?:fu|[付复傅副])(?!费|款|的钱)|fen[\s\-_]?fu|\bff(?=[的又不])"
        ),
        "分付",
    ),
    (re.compile(r"支fu|zhi\s?fu|zf(?=不|失败|崩)|之付(?=失败|不)"), "支付"),
    (re.compile(r"付不(?:粗|初|除)"), "付不出"),
    (re.compile(r"[风封疯丰][空孔恐](?=了|$|的|着)|[丰疯峰]控|feng\s?kong|\bfk(?=了|的)"), "风控"),
    (re.compile(r"鹅度|额du|\bed(?=没|降|清)"), "额度"),
    (re.compile(r"花贝|花被|hua\s?bei"), "花呗"),
)


@cache
def _simplified() -> dict[int, str]:
    lines = (DATA / "traditional.tsv").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if not line.startswith("#"))
    table: dict[int, str | None] = {ord(old): new for old, new in pairs}
    table.update(_INVISIBLE)
    return table  # type: ignore[return-value]


def simplify(text: str) -> str:
    """``text`` in lower case, NFKC, simplified characters and without invisible ones."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_simplified())
    return text.lower()


def plain(text: str) -> str:
    """The form that the symptom model reads: links, mentions and numbers become single signs."""
    text = simplify(text)
    if "http" in text or "www." in text:
        text = _LINK.sub(" ⌁ ", text)
    if "@" in text:
        text = _MENTION.sub(" @ ", text)
    for pattern, spelling in _SPELLINGS:
        text = pattern.sub(spelling, text)
    text = _NUMBER.sub("0", text)
    text = _LOUD.sub(r"\1\1", text)
    return _SPACED_OUT.sub("", _SPACE.sub(" ", text)).strip()
