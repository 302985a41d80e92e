from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from probes.reports.times import read_time

NOW = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)  # 12:30 in Shanghai
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("刚刚", "2026-03-02T04:30"),
        ("3分钟前", "2026-03-02T04:27"),
        ("半小时前", "2026-03-02T04:00"),
        ("2个半小时前", "2026-03-02T02:00"),
        ("1天前", "2026-03-01T04:30"),
        ("5m", "2026-03-02T04:25"),
        ("2h ago", "2026-03-02T02:30"),
        ("an hour ago", "2026-03-02T03:30"),
        ("昨天 23:10", "2026-03-01T15:10"),
        ("今天 08:05", "2026-03-02T00:05"),
        ("前天 晚上9点", "2026-02-28T13:00"),
        ("yesterday at 9:15 pm", "2026-03-01T13:15"),
        ("03-01 20:15", "2026-03-01T12:15"),
        ("12月31日 10:00", "2025-12-31T02:00"),
        ("2026年3月1日 20:15", "2026-03-01T12:15"),
        ("2026-03-01 20:15:30", "2026-03-01T12:15:30"),
        ("2026/3/1 20:15", "2026-03-01T12:15"),
        ("2026-03-01T20:15:00Z", "2026-03-01T20:15"),
        ("Sun, 01 Mar 2026 20:15:00 +0000", "2026-03-01T20:15"),
        ("Mar 1, 2026 8:15 PM", "2026-03-01T12:15"),
        ("1772367300", "2026-03-01T12:15"),
        ("1772367300000", "2026-03-01T12:15"),
        ("08:15", "2026-03-02T00:15"),
    ],
)
def test_read_time_gives_the_instant_when_a_site_writes_it_its_own_way(text, expected):
    assert read_time(text, now=NOW, zone=ZONE) == datetime.fromisoformat(f"{expected}+00:00")


@pytest.mark.parametrize("text", ["", "soon", "25:99", "13月40日", "2030-01-01 00:00", "昨天今天明天" * 40])
def test_read_time_gives_nothing_when_it_does_not_understand(text):
    assert read_time(text, now=NOW, zone=ZONE) is None
