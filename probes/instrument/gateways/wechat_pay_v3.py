"""WeChat Pay API v3: orders, PayScore, the exposure of 分付 and certificates, signed and verified."""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlencode

from probes.instrument.gateways.credentials import Credentials
from probes.instrument.gateways.protocol import (
    AnswerReading,
    Ask,
    Conversation,
    ConversationStep,
    DialectTerms,
    json_bytes,
    json_object,
    json_request,
    plain_text,
    read_success,
    reading_of,
    text_of,
    unread,
    with_retry_after,
)
from probes.instrument.gateways.wechat_pay_signing import Merchant, Platform
from probes.instrument.specs import EndpointAccess
from probes.network.exchange import Reply

_CHINA = timezone(timedelta(hours=8))
# An order left open by a broken check expires by itself.
_ORDER_LASTS = timedelta(minutes=6)
# The platform announces new certificates a day and more ahead.
_KEYS_LAST = timedelta(hours=12)
_FIELDS = {
    "native": ("code_url",),
    "jsapi": ("prepay_id",),
    "app": ("prepay_id",),
    "h5": ("h5_url",),
    "codepay": ("trade_state", "transaction_id"),
}
_FAILED_STATES = frozenset({"PAYERROR"})


class WechatPayV3:
    """One merchant; operations native, jsapi, h5, app, codepay, payscore, exposure and certificates.

    An order that nobody is asked to pay runs through order -> query -> close. A payment code (codepay) is
    charged at once, so its check ends with the query.
    """

    def __init__(self, endpoint: EndpointAccess, environ: Mapping[str, str]) -> None:
        self._base_url = endpoint.base_url
        self._credentials = Credentials(endpoint.slug, endpoint.credentials, environ)
        self._parties: tuple[Merchant, Platform] | None = None
        self._keys_from: datetime | None = None

    def converse(self, ask: Ask) -> Conversation:
        """The steps of one check; CredentialsError where our keys cannot be used."""
        dialogue = _Dialogue(self._base_url, *self._loaded(), self._appid(ask), ask)
        if ask.operation == "certificates" or self._needs_keys(ask.now):
            yield dialogue.certificates()
            self._keys_from = ask.now
        if ask.operation == "exposure":
            yield dialogue.exposure()
        elif ask.operation == "payscore":
            yield from dialogue.payscore()
        elif ask.operation != "certificates":
            yield from dialogue.order()

    def _loaded(self) -> tuple[Merchant, Platform]:
        if self._parties is None:
            self._parties = (Merchant(self._credentials), Platform(self._credentials))
        return self._parties

    def _appid(self, ask: Ask) -> str:
        given = ask.options.get("appid")
        return str(given) if given else self._credentials.text("appid")

    def _needs_keys(self, now: datetime) -> bool:
        if not self._loaded()[1].fetches:
            return False
        return self._keys_from is None or now - self._keys_from > _KEYS_LAST


class _Dialogue:
    """One check's requests and how their answers are read."""

    def __init__(self, base_url: str, merchant: Merchant, platform: Platform, appid: str, ask: Ask) -> None:
        self._base_url, self._merchant, self._platform = base_url, merchant, platform
        self._appid, self._ask = appid, ask
        self._paid = False

    def order(self) -> Conversation:
        """Place an order, look it up, and close it unless it is paid."""
        operation, path, owner = self._ask.operation, "/v3/pay/transactions", {"mchid": self._merchant.mchid}
        placed = f"{path}/out-trade-no/{self._ask.run_id}"
        read = self._reader(*_FIELDS[operation])
        yield self._step("order", "POST", f"{path}/{operation}", self._order_body(), read)
        yield self._step("query", "GET", f"{placed}?{urlencode(owner)}", None, self._read_query)
        if not self._paid and operation != "codepay":
            yield self._step("close", "POST", f"{placed}/close", owner, self._read_empty)

    def payscore(self) -> Conversation:
        """Create a PayScore service order, look it up and cancel it."""
        ask, options = self._ask, self._ask.options
        path, service_id = "/v3/payscore/serviceorder", str(options.get("service_id", ""))
        body = {
            "out_order_no": ask.run_id,
            "appid": self._appid,
            "service_id": service_id,
            "service_introduction": str(options.get("description", "status check")),
            "time_range": {"start_time": "OnAccept"},
            "risk_fund": {"name": "ESTIMATE_ORDER_COST", "amount": int(options.get("amount_fen", 1))},
            "notify_url": str(options.get("notify_url", "https://example.com/notify")),
            "openid": str(ask.payer.get("openid", "")),
            "need_user_confirm": False,
        }
        query = urlencode({"service_id": service_id, "out_order_no": ask.run_id, "appid": self._appid})
        cancel = {"appid": self._appid, "service_id": service_id, "reason": "status check"}
        yield self._step("order", "POST", path, body, self._reader("state", "order_id"))
        yield self._step("query", "GET", f"{path}?{query}", None, self._reader("state"))
        yield self._step("cancel", "POST", f"{path}/{ask.run_id}/cancel", cancel, self._reader())

    def exposure(self) -> ConversationStep:
        """Ask whether 分付 is shown to the payer."""
        ask = self._ask
        path = str(ask.options.get("path", "/v3/fenfu/exposure"))
        openid = str(ask.payer.get("openid", ""))
        query = urlencode({"mchid": self._merchant.mchid, "appid": self._appid, "openid": openid})
        return self._step("exposure", "GET", f"{path}?{query}", None, self._read_exposure)

    def certificates(self) -> ConversationStep:
        """Fetch the platform's certificates, which are signed by the very keys that they bring."""
        return self._step("certificates", "GET", "/v3/certificates", None, self._read_certificates)

    def _order_body(self) -> dict[str, Any]:
        ask, options = self._ask, self._ask.options
        body: dict[str, Any] = {
            "appid": self._appid,
            "mchid": self._merchant.mchid,
            "description": str(options.get("description", "status check")),
            "out_trade_no": ask.run_id,
            "amount": {"total": int(options.get("amount_fen", 1)), "currency": "CNY"},
        }
        if ask.operation == "codepay":
            body["payer"] = {"auth_code": str(ask.payer.get("auth_code", ""))}
            body["scene_info"] = {"store_info": {"id": str(options.get("store_id", "0001"))}}
            return body
        expires = (ask.now + _ORDER_LASTS).astimezone(_CHINA)
        body["time_expire"] = expires.isoformat(timespec="seconds")
        body["notify_url"] = str(options.get("notify_url", "https://example.com/notify"))
        if "attach" in options:
            body["attach"] = str(options["attach"]).replace("{openid}", str(ask.payer.get("openid", "")))
        if ask.operation == "jsapi":
            body["payer"] = {"openid": str(ask.payer.get("openid", ""))}
        if ask.operation == "h5":
            body["scene_info"] = {"payer_client_ip": "127.0.0.1", "h5_info": {"type": "Wap"}}
        return body

    def _step(
        self,
        name: str,
        method: str,
        target: str,
        body: Mapping[str, Any] | None,
        read: Callable[[Reply], AnswerReading],
    ) -> ConversationStep:
        timestamp, nonce = int(self._ask.now.timestamp()), secrets.token_hex(16).upper()
        headers = {
            "Authorization": self._merchant.authorization(
                method, target, json_bytes(body), timestamp=timestamp, nonce=nonce
            )
        }
        if self._platform.public_key_id:
            headers["Wechatpay-Serial"] = self._platform.public_key_id
        request = json_request(method, self._base_url + target, body, headers)
        return ConversationStep(name=name, request=request, read=read)

    def _reader(self, *fields: str) -> Callable[[Reply], AnswerReading]:
        return lambda reply: self._content(reply, *fields)[1]

    def _read_query(self, reply: Reply) -> AnswerReading:
        content, reading = self._content(reply, "trade_state")
        state = text_of(content.get("trade_state"))
        self._paid = state in {"SUCCESS", "REFUND"}
        if state not in _FAILED_STATES:
            return reading
        return reading_of(reply, state, text_of(content.get("trade_state_desc")))

    def _read_empty(self, reply: Reply) -> AnswerReading:
        """204 and nothing more; anything else is read like every answer."""
        if reply.status != 204:
            return self._content(reply)[1]
        return self._fault(reply) or reading_of(reply, "SUCCESS")

    def _read_exposure(self, reply: Reply) -> AnswerReading:
        """A payer to whom 分付 is hidden gets a code of our own.

        The answer is a sound 200 and gives no reason: risk control hides the product from a payer in just the
        way that a withdrawal does. Calling it either would be a guess; the code book leaves it ambiguous, and
        the tiers of those it meets, and whether it comes back, tell the detector which it was.
        """
        content, reading = self._content(reply, "fqf_exposure")
        shown = content.get("fqf_exposure", True)
        if not isinstance(shown, bool):
            return reading_of(reply, "MALFORMED_BODY", plain_text(reply))
        return reading if shown else reading_of(reply, "FQF_EXPOSURE_FALSE")

    def _read_certificates(self, reply: Reply) -> AnswerReading:
        if reply.status == 200:
            fault = self._platform.learn(reply)
            if fault:
                return reading_of(reply, "MALFORMED_BODY", fault)
        return self._content(reply, "data")[1]

    def _content(self, reply: Reply, *fields: str) -> tuple[dict[str, Any], AnswerReading]:
        """The object of a success and a reading of the reply; of a refusal or failure the reading alone."""
        if not 200 <= reply.status < 300:
            return {}, _read_error(reply)
        fault = self._fault(reply)
        if fault:
            return {}, fault
        if reply.status == 202:
            return {}, _read_error(reply)
        content, failed = read_success(reply, *fields)
        return content, failed or reading_of(reply, "SUCCESS")

    def _fault(self, reply: Reply) -> AnswerReading | None:
        """What is wrong with the reply's signature; None where it holds."""
        fault = self._platform.fault_of(reply, self._ask.now)
        if not fault:
            return None
        # An empty or broken body explains a missing signature, not the other way round.
        failed = read_success(reply)[1] if reply.status == 200 else None
        return failed or reading_of(reply, "BAD_SIGNATURE", fault)


def _read_error(reply: Reply) -> AnswerReading:
    """``{"code", "message"}``, or whatever a proxy in between answered, as evidence."""
    content = json_object(reply.body)
    if content is None or "code" not in content:
        return unread(reply)
    message = text_of(content.get("message"))
    # The tail of the Request-ID is WeChat's fine-grained reason, which PayScore gives nowhere else.
    request_id, _, reason = reply.headers.get("request-id", "").rpartition("-")
    if request_id and reason.isdecimal() and len(reason) == 9 and reply.status >= 400:
        message = f"{message} [{reason}]"
    return reading_of(reply, text_of(content["code"]), with_retry_after(message, reply))


DIALECT = DialectTerms(
    name="wechat_pay_v3",
    operations=("native", "jsapi", "h5", "app", "codepay", "payscore", "exposure", "certificates"),
    required=("mchid", "appid", "serial_no", "private_key_file"),
    credentials=(
        "apiv3_key",
        "platform_certificate_file",
        "platform_public_key_file",
        "platform_public_key_id",
    ),
    options=(
        "amount_fen",
        "appid",
        "attach",
        "description",
        "notify_url",
        "path",
        "service_id",
        "store_id",
    ),
    make=WechatPayV3,
)
