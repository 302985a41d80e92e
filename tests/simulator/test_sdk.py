"""Public SDKs of WeChat Pay run against the simulator as they are."""

import json
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from wechatpayv3 import WeChatPay, WeChatPayType

from probes.simulator.cast import MCHID, PARTS, PAYERS, SERVICE_ID
from tests.support.binaries import require_binary
from tests.support.npm import install_npm
from tests.support.pretended import Pretended

APPID = PARTS["fenfu-online"].appid
OPENID = PAYERS["ordinary"].openid


@pytest.fixture
def sdk(pretended: Pretended, monkeypatch: pytest.MonkeyPatch) -> WeChatPay:
    """The PyPI SDK with nothing but its own options: a proxy and a CA bundle."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(pretended.keys.ca_file))
    return WeChatPay(
        wechatpay_type=WeChatPayType.JSAPI,
        mchid=MCHID,
        private_key=pretended.keys.merchant_key_file.read_text(),
        cert_serial_no=pretended.keys.merchant_serial,
        apiv3_key=pretended.keys.apiv3_key,
        appid=APPID,
        notify_url="http://127.0.0.1:9/notify",
        proxy={"https": pretended.proxy_url},
        timeout=(5, 10),
    )


def test_python_sdk_makes_asks_for_and_closes_an_order_when_unmodified(sdk: WeChatPay) -> None:
    made = sdk.pay(
        description="一杯咖啡", out_trade_no="sdk-order-1", amount={"total": 100}, payer={"openid": OPENID}
    )
    asked = sdk.query(out_trade_no="sdk-order-1")
    closed = sdk.close(out_trade_no="sdk-order-1")
    again = sdk.query(out_trade_no="sdk-order-1")

    assert made[0] == 200
    assert json.loads(made[1])["prepay_id"].startswith("wx")
    assert json.loads(asked[1])["trade_state"] == "NOTPAY"
    assert closed[0] == 204
    assert json.loads(again[1])["trade_state"] == "CLOSED"


@pytest.mark.parametrize(
    ("kind", "more", "field"),
    [
        (WeChatPayType.NATIVE, {}, "code_url"),
        (WeChatPayType.APP, {}, "prepay_id"),
        (
            WeChatPayType.H5,
            {"scene_info": {"payer_client_ip": "127.0.0.1", "h5_info": {"type": "Wap"}}},
            "h5_url",
        ),
        (
            WeChatPayType.CODEPAY,
            {"payer": {"auth_code": PAYERS["ordinary"].auth_code}, "scene_info": {"store_info": {"id": "1"}}},
            "transaction_id",
        ),
    ],
)
def test_python_sdk_makes_every_kind_of_order_when_unmodified(
    sdk: WeChatPay, kind: WeChatPayType, more: dict[str, Any], field: str
) -> None:
    status, body = sdk.pay(
        description="test", out_trade_no=f"sdk-{kind.name}", amount={"total": 1}, pay_type=kind, **more
    )

    assert (status, field in json.loads(body)) == (200, True)


def test_python_sdk_uses_payscore_when_unmodified(sdk: WeChatPay) -> None:
    made = sdk.payscore_create(
        out_order_no="sdk-score-1",
        service_id=SERVICE_ID,
        service_introduction="充电宝",
        time_range={"start_time": "OnAccept"},
        risk_fund={"name": "DEPOSIT", "amount": 100},
        notify_url="https://merchant.example/notify",
        openid=OPENID,
        need_user_confirm=False,
    )
    cancelled = sdk.payscore_cancel(out_order_no="sdk-score-1", service_id=SERVICE_ID, reason="不用了")

    assert (made[0], json.loads(made[1])["state"]) == (200, "DOING")
    assert (cancelled[0], json.loads(cancelled[1])["state"]) == (200, "REVOKED")


def test_python_sdk_is_told_why_when_its_order_is_wrong(sdk: WeChatPay) -> None:
    status, body = sdk.pay(
        description="x", out_trade_no="sdk-wrong", amount={"total": 1}, payer={"openid": "nobody"}
    )

    assert (status, json.loads(body)["code"]) == (400, "PARAM_ERROR")


def test_python_sdk_reads_a_notification_when_an_order_is_paid(sdk: WeChatPay, pretended: Pretended) -> None:
    received = []

    class Merchant(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append(sdk.callback(self.headers, body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Merchant) as merchant:
        merchant.timeout = 10
        thread = threading.Thread(target=merchant.handle_request)
        thread.start()
        sdk.pay(
            description="code on a poster",
            out_trade_no="sdk-notified",
            amount={"total": 5},
            pay_type=WeChatPayType.NATIVE,
            notify_url=f"http://127.0.0.1:{merchant.server_port}/notify",
        )
        urlopen(Request(f"{pretended.url}/orders/sdk-notified/pay", method="POST"), timeout=5).close()
        thread.join(10)

    assert received
    assert received[0]["event_type"] == "TRANSACTION.SUCCESS"
    assert received[0]["resource"]["out_trade_no"] == "sdk-notified"


JAVASCRIPT = """
const { Wechatpay, Rsa } = require('wechatpay-axios-plugin');
const { readFileSync } = require('fs');
const { Agent } = require('https');
const [port, mchid, serial, keyFile, platform, platformFile, caFile, appid, openid] = process.argv.slice(2);
const host = 'api.mch.weixin.qq.com';
const text = (file) => readFileSync(file, 'utf8');
const pay = new Wechatpay({
  mchid, serial, privateKey: Rsa.from(text(keyFile), Rsa.KEY_TYPE_PRIVATE),
  certs: { [platform]: Rsa.from(text(platformFile), Rsa.KEY_TYPE_PUBLIC) },
  baseURL: `https://127.0.0.1:${port}/`, headers: { host },
  httpsAgent: new Agent({ ca: text(caFile), servername: host }),
});
const no = 'npm-order-1';
const order = pay.v3.pay.transactions.outTradeNo['{no}'];
(async () => {
  const made = await pay.v3.pay.transactions.jsapi.post({
    mchid, appid, description: 'coffee', out_trade_no: no, notify_url: 'https://merchant.example/n',
    amount: { total: 1, currency: 'CNY' }, payer: { openid },
  });
  const asked = await order.get({ params: { mchid }, no });
  const closed = await order.close.post({ mchid }, { no });
  console.log(JSON.stringify([made.status, !!made.data.prepay_id, asked.data.trade_state, closed.status]));
})().catch((error) => {
  console.error(error.message, error.response && error.response.data);
  process.exit(1);
});
"""


@pytest.mark.slow
def test_npm_sdk_makes_asks_for_and_closes_an_order_when_unmodified(
    pretended: Pretended, tmp_path: Path
) -> None:
    node = require_binary("node", package="nodejs")
    install_npm(tmp_path, "wechatpay-axios-plugin@0.9.6")
    (tmp_path / "pay.js").write_text(JAVASCRIPT)
    keys = pretended.keys
    arguments = [
        pretended.ports.vantages["east"], MCHID, keys.merchant_serial, keys.merchant_key_file,
        keys.platform_serial, keys.platform_public_key_file, keys.ca_file, APPID, OPENID,
    ]  # fmt: skip

    done = subprocess.run(
        [node, "pay.js", *map(str, arguments)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    shutil.rmtree(tmp_path / "node_modules")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [200, True, "NOTPAY", 204]
