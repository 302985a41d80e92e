import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

LONG = "分付还款页面一直打不开，客服说系统没有问题，可是我换了三台手机都是这样"


def classify(tmp_path: Path, *lines: str) -> list[dict[str, Any]]:
    path = tmp_path / "posts.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    out = io.StringIO()
    call_command("classify_reports", str(path), stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_classify_reports_answers_in_order_when_given_posts(tmp_path: Path) -> None:
    answers = classify(
        tmp_path,
        json.dumps({"id": "a", "text": f"{LONG} 13800138000", "author": "u1", "at": "2026-03-02T12:00:00Z"}),
        json.dumps({"id": 2, "text": "我这正常"}),
        json.dumps({"id": "c", "text": f"转发：{LONG}", "author": "u2", "at": "2026-03-02T12:05:00+08:00"}),
    )

    assert [answer["id"] for answer in answers] == ["a", 2, "c"]
    assert [answer["label"] for answer in answers] == ["payment_failure", "working", "payment_failure"]
    assert [answer["repost_of"] for answer in answers] == [None, None, "a"]
    assert "138" not in answers[0]["text"]
    assert list(answers[0]) == ["id", "label", "product", "confidence", "repost_of", "text"]


def test_classify_reports_names_the_line_when_it_is_no_post(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"posts\.jsonl:2: .*text"):
        classify(tmp_path, '{"id": 1, "text": "x"}', '{"id": 2}')
