"""Notices of planned work as operators write them: what is read, and what must not be, by a table."""

import csv
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.listening.announced.reading import Gap, NamedPart, NoticeRead, read_notice

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=ZONE)
PARTS = (
    NamedPart(name="扫码支付", slugs=("fenfu-qr",)),
    NamedPart(name="QR payment", slugs=("fenfu-qr",)),
    NamedPart(name="线上支付", slugs=("fenfu-online",)),
    NamedPart(name="还款", slugs=("fenfu-repay",)),
    NamedPart(name="Repayment", slugs=("fenfu-repay",)),
    NamedPart(name="分付还款", slugs=("fenfu-repay",)),
    NamedPart(name="额度查询", slugs=("fenfu-limit",)),
    NamedPart(name="分付额度查询", slugs=("fenfu-limit",)),
    NamedPart(name="分付", slugs=("fenfu-qr", "fenfu-online", "fenfu-repay", "fenfu-limit")),
    NamedPart(name="零钱支付", slugs=("wxpay-balance",)),
    NamedPart(name="Balance payment", slugs=("wxpay-balance",)),
    NamedPart(name="银行卡支付", slugs=("wxpay-card",)),
    NamedPart(name="网上刷卡", slugs=("card-checkout",)),
    NamedPart(name="Card checkout", slugs=("card-checkout",)),
)
TABLE = Path(__file__).with_name("announced.tsv")


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def read(text: str) -> NoticeRead:
    return read_notice(text, parts=PARTS, now=NOW, zone=ZONE)


def local(at: datetime | None) -> str:
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}" if at else ""


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["text"][:40])
def test_notice_is_read_as_the_table_says(row: dict[str, str]) -> None:
    found = read(row["text"].replace("\\n", "\n"))

    assert {
        "starts": local(found.starts_at),
        "ends": local(found.ends_at),
        "components": ",".join(sorted(found.components)),
        "gaps": ",".join(sorted(found.gaps)),
    } == {name: row[name] or "" for name in ("starts", "ends", "components", "gaps")}


def test_table_has_sixty_notices_and_every_gap_but_that_of_length() -> None:
    told = {gap for row in rows() for gap in (row["gaps"] or "").split(",") if gap}

    assert len(rows()) >= 60
    assert told == {gap.value for gap in Gap} - {"cut"}


def test_notice_is_read_to_its_first_part_when_it_is_too_long() -> None:
    found = read("11月30日00:00-06:00系统维护，零钱支付暂停服务。" + "谢谢。" * 3000)

    assert (local(found.ends_at), found.gaps) == ("2026-11-30 06:00", (Gap.CUT,))


@given(
    st.text(
        alphabet=st.sampled_from("0123456789月日点时分:-至到次凌晨维护年今明,。 UTC+amp系统约小零一十"),
        max_size=120,
    )
)
@settings(max_examples=300, deadline=2000)
def test_reading_never_fails_and_a_window_ends_after_it_begins_when_a_notice_is_anything(text: str) -> None:
    found = read(text)

    assert (found.starts_at is None) == (found.ends_at is None)
    if found.starts_at is not None and found.ends_at is not None:
        assert found.starts_at < found.ends_at
