"""The pretended WeChat Pay refuses for real reasons and keeps to the states of an order."""

import base64
import json
import secrets
import ssl
import time
from http.client import HTTPSConnection
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from probes.simulator.cast import MCHID, PARTS, PAYERS, SERVICE_ID, WECHAT_HOST
from tests.support.pretended import Pretended

APPID = PARTS["fenfu-online"].appid
ORDERS = "/v3/pay/transactions"


class Client:
    """A merchant who can also do everything wrong."""

    def __init__(self, pretended: Pretended) -> None:
        self._proxy = pretended.ports.proxy
        self._serial = pretended.keys.merchant_serial
        key = serialization.load_pem_private_key(pretended.keys.merchant_key_file.read_bytes(), None)
        assert isinstance(key, RSAPrivateKey)
        self._key = key
        self._context = ssl.create_default_context(cafile=pretended.keys.ca_file)

    def ask(self, method: str, target: str, content: object = None, **wrong: Any) -> tuple[int, Any]:
        body = wrong.get("body", b"" if content is None else json.dumps(content).encode())
        timestamp = str(int(time.time()) + wrong.get("later_s", 0))
        nonce = secrets.token_hex(8)
        signed = (
            f"{method}\n{wrong.get('signed_target', target)}\n{timestamp}\n{nonce}\n".encode() + body + b"\n"
        )
        signature = base64.b64encode(self._key.sign(signed, PKCS1v15(), SHA256())).decode()
        token = (
            f'{wrong.get("scheme", "WECHATPAY2-SHA256-RSA2048")} mchid="{wrong.get("mchid", MCHID)}",'
            f'nonce_str="{nonce}",signature="{signature}",timestamp="{timestamp}",'
            f'serial_no="{wrong.get("serial", self._serial)}"'
        )
        connection = HTTPSConnection("127.0.0.1", self._proxy, context=self._context, timeout=10)
        connection.set_tunnel(WECHAT_HOST, 443)
        connection.request(method, target, body, {"Authorization": token, "Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, json.loads(text) if text else None


@pytest.fixture(scope="module")
def client(pretended: Pretended) -> Client:
    return Client(pretended)


def order(number: str, **changes: Any) -> dict[str, Any]:
    content = {
        "appid": APPID,
        "mchid": MCHID,
        "description": "一本书",
        "out_trade_no": number,
        "notify_url": "https://merchant.example/notify",
        "amount": {"total": 100, "currency": "CNY"},
        "payer": {"openid": PAYERS["ordinary"].openid},
    }
    content |= changes
    return {name: value for name, value in content.items() if value is not None}


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"scheme": "Basic"}, id="another scheme"),
        pytest.param({"mchid": "1900000001"}, id="another merchant"),
        pytest.param({"serial": "0" * 40}, id="another certificate"),
        pytest.param({"later_s": -900}, id="an old request"),
        pytest.param({"signed_target": "/v3/other"}, id="a signature over something else"),
    ],
)
def test_request_is_refused_when_its_signature_is_wrong(client: Client, wrong: dict[str, Any]) -> None:
    status, body = client.ask("POST", f"{ORDERS}/jsapi", order("unsigned-1"), **wrong)

    assert (status, body["code"]) == (401, "SIGN_ERROR")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        pytest.param({"appid": "wx0000000000000000"}, 400, "APPID_MCHID_NOT_MATCH", id="another's appid"),
        pytest.param({"mchid": "1900000001"}, 400, "MCH_NOT_EXISTS", id="another merchant"),
        pytest.param({"description": None}, 400, "PARAM_ERROR", id="no description"),
        pytest.param({"amount": {"total": 0}}, 400, "PARAM_ERROR", id="nothing to pay"),
        pytest.param({"amount": {"total": "1"}}, 400, "PARAM_ERROR", id="an amount in words"),
        pytest.param({"payer": {"openid": "unknown"}}, 400, "PARAM_ERROR", id="an unknown payer"),
        pytest.param({"out_trade_no": "a b"}, 400, "PARAM_ERROR", id="a number with a space"),
        pytest.param({"notify_url": "ftp://x/y"}, 400, "PARAM_ERROR", id="an address of another kind"),
    ],
)
def test_order_is_refused_when_a_parameter_is_wrong(
    client: Client,
    changes: dict[str, Any],
    status: int,
    code: str,
) -> None:
    answer = client.ask("POST", f"{ORDERS}/jsapi", order("wrong-parameter") | changes)
    if None in changes.values():
        answer = client.ask("POST", f"{ORDERS}/jsapi", order("wrong-parameter", **changes))

    assert (answer[0], answer[1]["code"]) == (status, code)
    assert answer[1]["message"]


def test_order_is_refused_when_the_body_is_no_json(client: Client) -> None:
    status, body = client.ask("POST", f"{ORDERS}/jsapi", body=b"{")

    assert (status, body["code"]) == (400, "PARAM_ERROR")


def test_order_number_is_used_up_when_another_order_has_it(client: Client) -> None:
    first = client.ask("POST", f"{ORDERS}/jsapi", order("twice-1"))
    same = client.ask("POST", f"{ORDERS}/jsapi", order("twice-1"))
    other = client.ask("POST", f"{ORDERS}/jsapi", order("twice-1", description="two books"))

    assert (first[0], same[0]) == (200, 200)
    assert (other[0], other[1]["code"]) == (403, "OUT_TRADE_NO_USED")


def test_order_cannot_be_made_again_when_it_was_closed(client: Client) -> None:
    client.ask("POST", f"{ORDERS}/jsapi", order("closed-1"))

    closed = client.ask("POST", f"{ORDERS}/out-trade-no/closed-1/close", {"mchid": MCHID})
    again = client.ask("POST", f"{ORDERS}/jsapi", order("closed-1"))

    assert closed == (204, None)
    assert (again[0], again[1]["code"]) == (400, "ORDER_CLOSED")


def test_order_cannot_be_closed_when_it_is_paid(client: Client) -> None:
    content = order("paid-at-the-till", payer={"auth_code": PAYERS["ordinary"].auth_code}, notify_url=None)

    paid = client.ask("POST", f"{ORDERS}/codepay", content)
    closed = client.ask("POST", f"{ORDERS}/out-trade-no/paid-at-the-till/close", {"mchid": MCHID})

    assert (paid[0], paid[1]["trade_state"]) == (200, "SUCCESS")
    assert (closed[0], closed[1]["code"]) == (400, "ORDER_PAID")


def test_payment_code_waits_for_the_password_when_it_must(client: Client) -> None:
    code = PAYERS["ordinary"].auth_code[:-2] + "99"
    waiting = client.ask(
        "POST", f"{ORDERS}/codepay", order("password-1", payer={"auth_code": code}, notify_url=None)
    )
    asked = client.ask("GET", f"{ORDERS}/out-trade-no/password-1?mchid={MCHID}")

    assert (waiting[0], waiting[1]["code"]) == (202, "USERPAYING")
    assert asked[1]["trade_state"] == "USERPAYING"


def test_query_is_refused_when_there_is_no_such_order_or_merchant(client: Client) -> None:
    missing = client.ask("GET", f"{ORDERS}/out-trade-no/missing-1?mchid={MCHID}")
    wrong = client.ask("GET", f"{ORDERS}/out-trade-no/missing-1?mchid=1")

    assert (missing[0], missing[1]["code"]) == (404, "ORDER_NOT_EXIST")
    assert (wrong[0], wrong[1]["code"]) == (400, "PARAM_ERROR")


def test_path_is_not_found_when_there_is_no_such_service(client: Client) -> None:
    assert client.ask("GET", "/v3/nothing")[0] == 404


def test_exposure_is_told_when_a_payer_is_asked_for(client: Client) -> None:
    limit, openid = PARTS["fenfu-limit"].appid, PAYERS["reseller"].openid

    shown = client.ask("GET", f"/v3/fenfu/exposure?appid={limit}&openid={openid}")
    denied = client.ask("GET", f"/v3/fenfu/exposure?appid={APPID}&openid={openid}")

    assert (shown[0], shown[1]["fqf_exposure"]) == (200, True)
    assert (denied[0], denied[1]["code"]) == (403, "NO_AUTH")


def test_service_order_goes_through_its_states_when_it_is_used(client: Client) -> None:
    made = client.ask(
        "POST",
        "/v3/payscore/serviceorder",
        {
            "out_order_no": "score-states",
            "appid": APPID,
            "service_id": SERVICE_ID,
            "service_introduction": "power bank",
            "time_range": {"start_time": "OnAccept"},
            "risk_fund": {"name": "DEPOSIT", "amount": 100},
            "notify_url": "https://merchant.example/notify",
        },
    )
    own = {"appid": APPID, "service_id": SERVICE_ID}
    path = "/v3/payscore/serviceorder/score-states"
    done = client.ask("POST", f"{path}/complete", own | {"total_amount": 40, "post_payments": []})
    modified = client.ask("POST", f"{path}/modify", own | {"total_amount": 30, "reason": "discount"})
    cancelled = client.ask("POST", f"{path}/cancel", own | {"reason": "too late"})

    assert [made[1]["state"], done[1]["state"], modified[1]["total_amount"]] == ["CREATED", "DONE", 30]
    assert (cancelled[0], cancelled[1]["code"]) == (400, "INVALID_REQUEST")
