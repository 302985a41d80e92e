"""The table of titles: every cause and certainty for one payment method, several, whole groups and all.

A suspicion has three more than what is confirmed: told by users alone, and both once it is over.

``titles.tsv`` is read by a person: when words change, look at each line of it. Written anew by
``python -m tests.incidents.test_title_table``.
"""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

from probes.vocabulary.causes import Cause, Impact
from statuspage.analysis.values import Certainty
from statuspage.incidents.naming import spoken_names
from statuspage.monitoring.models import Component, ComponentGroup
from statuspage.wording.titles import title

TABLE = Path(__file__).with_name("titles.tsv")
GROUPS = {
    "fenfu": (
        "分付",
        "Fenfu",
        ["扫码支付/QR payment", "线上支付/online payment", "还款/repayment", "额度查询/credit limit"],
    ),
    "wechat": ("微信支付", "WeChat Pay", ["零钱支付/balance payment", "银行卡支付/card payment"]),
    "cards": ("银行卡", "Cards", ["网上刷卡/checkout"]),
}
SCOPES = {
    "one": [0],
    "a repayment": [2],
    "a limit": [3],
    "two of a group": [0, 2],
    "three of a group": [0, 1, 2],
    "a whole group": [0, 1, 2, 3],
    "two of two groups": [0, 4],
    "a whole group and one more": [0, 1, 2, 3, 4],
    "two whole groups": [0, 1, 2, 3, 4, 5],
    "several of each": [0, 1, 4, 6],
    "all": list(range(7)),
}


def catalog() -> list[Component]:
    rows: list[Component] = []
    for key, (slug, (zh, en, names)) in enumerate(GROUPS.items(), start=1):
        group = ComponentGroup(pk=key, slug=slug, name_zh=zh, name_en=en)
        for name in names:
            name_zh, _, name_en = name.partition("/")
            rows.append(
                Component(
                    pk=len(rows) + 1, slug=f"c{len(rows)}", name_zh=name_zh, name_en=name_en, group=group
                )
            )
    return rows


SURE = {
    "confirmed": (Certainty.CONFIRMED, False, False),
    "suspected": (Certainty.SUSPECTED, False, False),
    "suspected, over": (Certainty.SUSPECTED, False, True),
    "told": (Certainty.SUSPECTED, True, False),
    "told, over": (Certainty.SUSPECTED, True, True),
}


def lines() -> Iterator[str]:
    yield "scope\tcause\thow sure\timpact\tzh\ten"
    rows = catalog()
    for (scope, chosen), cause, sure in product(SCOPES.items(), Cause, SURE):
        certainty, told_only, over = SURE[sure]
        impacts = [Impact.MAJOR]
        if cause is Cause.OUTAGE and certainty is Certainty.CONFIRMED:
            impacts = [Impact.MINOR, Impact.MAJOR]
        for impact in impacts:
            said = title(
                cause=cause,
                impact=impact,
                certainty=certainty,
                components=spoken_names([rows[index] for index in chosen], rows),
                kinds={rows[index].told_kind for index in chosen},
                told_only=told_only,
                over=over,
            )
            yield "\t".join([scope, cause.value, sure, impact.value, said.zh, said.en])


def test_titles_are_as_they_were_read_when_anything_is_told() -> None:
    assert list(lines()) == TABLE.read_text("utf-8").splitlines()


def test_group_is_not_named_whole_when_a_part_of_it_works() -> None:
    rows = catalog()
    rows[3].retired = True

    whole = spoken_names(rows[:3], rows)
    part = spoken_names(rows[:2], rows)

    assert [name.en for name in whole] == ["Fenfu"]
    assert [name.en for name in part] == ["Fenfu · QR payment", "Fenfu · online payment"]


if __name__ == "__main__":
    import django

    django.setup()
    TABLE.write_text("\n".join(lines()) + "\n", "utf-8")
