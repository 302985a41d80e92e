"""A real Alertmanager posts what it is told, and says so again when it is over."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from pytest_django.live_server_helper import LiveServer

from statuspage.outside.models import SentSignal, SignalNotice
from tests.outside.building import make_rule, make_sender
from tests.support.binaries import require_binary
from tests.support.processes import free_port, listens, running, wait_until
from tests.support.public_rows import make_world

CONFIG = """
route: {{receiver: fogbreak, group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}
receivers:
  - name: fogbreak
    webhook_configs:
      - url: {url}/api/v1/alerts/alertmanager
        send_resolved: true
        http_config: {{authorization: {{credentials: {secret}}}}}
"""


@pytest.fixture
def alertmanager(transactional_db: None, live_server: LiveServer, tmp_path: Path) -> Iterator[str]:
    """The address of an Alertmanager that posts to the site, for which a rule is there."""
    program = require_binary("prometheus-alertmanager", package="prometheus-alertmanager")
    now = datetime.now(UTC)
    make_world(now=now, days=1)
    make_rule("fenfu-qr", matchers='service=~"qr|repay"')
    _, secret = make_sender(now=now)
    config, port = tmp_path / "alertmanager.yml", free_port()
    config.write_text(CONFIG.format(url=live_server.url, secret=secret), encoding="utf-8")
    command: list[str | Path] = [
        program,
        f"--config.file={config}",
        f"--storage.path={tmp_path / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    ]
    with running(command, log=tmp_path / "alertmanager.log"):
        wait_until(lambda: listens(port), seconds=20, what="Alertmanager listens")
        yield f"http://127.0.0.1:{port}"


def test_signal_begins_and_ends_when_a_real_alertmanager_posts_it(alertmanager: str) -> None:
    began = datetime.now(UTC) - timedelta(seconds=30)
    alert = {
        "labels": {"alertname": "PaymentErrors", "service": "qr", "severity": "page"},
        "annotations": {"summary": "支付失败"},
        "startsAt": began.isoformat(),
    }

    _say(alertmanager, alert)
    wait_until(SentSignal.objects.exists, seconds=20, what="the signal is there")
    going_on = SentSignal.objects.get()
    _say(alertmanager, {**alert, "endsAt": datetime.now(UTC).isoformat()})
    wait_until(
        SentSignal.objects.filter(ended_at__isnull=False).exists, seconds=20, what="the signal is over"
    )

    assert (going_on.name, going_on.cause, going_on.components) == ("PaymentErrors", "outage", ["fenfu-qr"])
    assert abs(going_on.since - began) < timedelta(seconds=1)
    assert going_on.ended_at is None
    assert SentSignal.objects.count() == 1
    assert list(SignalNotice.objects.order_by("pk").values_list("ended", flat=True))[-1] is True


def _say(address: str, alert: Mapping[str, object]) -> None:
    answer = httpx.post(
        f"{address}/api/v2/alerts",
        content=json.dumps([alert]),
        headers={"Content-Type": "application/json"},
        trust_env=False,
    )
    answer.raise_for_status()
