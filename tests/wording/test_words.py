"""The words of the public sentences: those of the trade stay with the trade."""

import json
import re
from io import StringIO

import pytest
from django.core.management import call_command

from statuspage.wording.listing import Listed, own_sentences

# What we say among ourselves, and what somebody at a till would not: the plain word is behind each.
NOT_IN_ENGLISH = {
    r"payers?": "test account, people",
    r"personas?": "test account",
    r"vantages?": "place",
    r"probes?|probed": "check, test",
    r"refusals?": "declined",
    r"refused": "declined",
    r"complaints?": "report",
    r"instrument": "monitoring",
    r"confidence": "how likely",
    r"nats?": "nothing at all",
    r"borne? out": "confirmed",
    r"by decision": "on purpose",
}
NOT_IN_CHINESE = {
    "付款人": "账户、用户",
    "探测": "检测",
    "受理": "成功",
    "拒付": "被拒",
    "置信": "可能性",
    "应答": "回应",
    "似然": "可能性",
    "基线": "平时",
}
PUBLIC = [listed for listed in own_sentences() if listed.is_public]


def rows() -> list[dict[str, object]]:
    out = StringIO()
    call_command("sentences", "--json", stdout=out)
    told: list[dict[str, object]] = json.loads(out.getvalue())
    return told


@pytest.mark.parametrize("word", NOT_IN_ENGLISH)
def test_english_does_without_a_word_of_the_trade(word: str) -> None:
    banned = re.compile(rf"\b({word})\b", re.IGNORECASE)

    assert not [place(listed) for listed in PUBLIC if any(banned.search(_plain(en)) for en in listed.en)]


@pytest.mark.parametrize("word", NOT_IN_CHINESE)
def test_chinese_does_without_a_word_of_the_trade(word: str) -> None:
    assert not [place(listed) for listed in PUBLIC if word in listed.zh]


def place(listed: Listed) -> str:
    return f"{listed.module}.{listed.address}"


def _plain(text: str) -> str:
    """Without what is filled in, whose names nobody reads."""
    return re.sub(r"\{\w+\}", "…", text)


def test_every_public_sentence_is_printed_with_who_says_it_when_asked() -> None:
    told = {str(row["sentence"]): row for row in rows()}

    assert len(told) == len(PUBLIC)
    assert told["headline.CALM"] == {
        "sentence": "headline.CALM",
        "zh": "支付一切正常",
        "en": ["Payments are working normally"],
        "said_by": ["statuspage/public/render/headline.py"],
    }
    assert "templates/public/asking/_only_me.html" in str(told["asking.QUESTIONS.only_me"]["said_by"])
    assert not [row["sentence"] for row in told.values() if not row["said_by"]]


def test_table_has_a_line_for_each_public_sentence_when_printed_plainly() -> None:
    out = StringIO()
    call_command("sentences", stdout=out)

    header, *lines = out.getvalue().splitlines()

    assert header == "sentence\tzh\ten\tsaid by"
    assert len(lines) == len(PUBLIC)
    assert {line.count("\t") for line in lines} == {3}
