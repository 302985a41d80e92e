"""WeChat Pay API v3: orders, PayScore, the exposure of 分付 and certificates, signed and verified."""

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from probes.instrument.gateways.clocks import CHINA, clock_note
from probes.instrument.gateways.credentials import Credentials
from probes.instrument.gateways.good_answers import GoodAnswer, Wanted, named
from probes.instrument.gateways.protocol import (
    AnswerReading,
    Ask,
    Conversation,
    ConversationStep,
    DialectTerms,
    Fault,
    json_bytes,
    json_object,
    json_request,
    read_success,
    reading_of,
    text_of,
    unread,
    with_retry_after,
)
from probes.instrument.gateways.vault import Vault
from probes.instrument.gateways.wechat_pay_signing import NO_CERTIFICATES, Merchant, Platform
from probes.instrument.secrecy.echoes import Guarded
from probes.instrument.specs import EndpointAccess
from probes.network.exchange import Reply

# An order left open by a broken check expires by itself.
_ORDER_LASTS = timedelta(minutes=6)
# Files that were mended are read again without a new start.
_READ_AGAIN = timedelta(minutes=1)
_DOUBTS = frozenset({"UNKNOWN_SERIAL", "BAD_APIV3_KEY", "NO_CERTIFICATES"})
_MOST_TOLD = 500  # characters
_GOOD_WORDS = frozenset({"SUCCESS", "OK", "0", "00", "200"})
_TOKEN = Wanted(pattern=r"[!-~]+")
_PLACED: Mapping[str, Mapping[str, Wanted]] = {
    "native": {"code_url": Wanted(pattern=r"weixin://[!-~]+")},
    "jsapi": {"prepay_id": _TOKEN},
    "app": {"prepay_id": _TOKEN},
    "h5": {"h5_url": Wanted(pattern=r"https://[!-~]+")},
    "codepay": {"trade_state": Wanted(values=("SUCCESS", "USERPAYING"))},
}
# Of an order that was just placed; CLOSED, REVOKED or REFUND would be the state of another one.
_STATES = ("NOTPAY", "USERPAYING", "SUCCESS")
_FAILED_STATES = frozenset({"PAYERROR"})
_SERVICE_STATES = ("CREATED", "DOING")


class WechatPayV3:
    """One merchant; operations native, jsapi, h5, app, codepay, payscore, exposure and certificates.

    An order that nobody is asked to pay runs through order -> query -> close. A payment code (codepay) is
    charged at once, so its check ends with the query.
    """

    def __init__(self, endpoint: EndpointAccess, vault: Vault) -> None:
        self._base_url = endpoint.base_url
        self._credentials = Credentials(endpoint.slug, endpoint.credentials, vault)
        self._parties: _Parties | None = None

    def converse(self, ask: Ask) -> Conversation:
        """The steps of one check; CredentialsError where our keys cannot be used."""
        dialogue = _Dialogue(self._base_url, self._loaded(ask.now), self._appid(ask), ask)
        if ask.operation == "certificates":
            yield dialogue.certificates()
        elif ask.operation == "exposure":
            yield dialogue.exposure()
        elif ask.operation == "payscore":
            yield from dialogue.payscore()
        else:
            yield from dialogue.order()

    def guarded(self) -> Collection[Guarded]:
        return self._credentials.guarded()

    def _loaded(self, now: datetime) -> "_Parties":
        parties = self._parties
        if parties is None or (parties.doubted and abs(now - parties.loaded_at) > _READ_AGAIN):
            parties = _Parties(Merchant(self._credentials), Platform(self._credentials), now)
            self._parties = parties
        return parties

    def _appid(self, ask: Ask) -> str:
        given = ask.options.get("appid")
        return str(given) if given else self._credentials.text("appid")


@dataclass(slots=True)
class _Parties:
    """Both sides with their keys; ``doubted`` once an answer spoke against ours."""

    merchant: Merchant
    platform: Platform
    loaded_at: datetime
    doubted: bool = False


class _Dialogue:
    """One check's requests and how their answers are read."""

    def __init__(self, base_url: str, parties: _Parties, appid: str, ask: Ask) -> None:
        self._base_url, self._parties = base_url, parties
        self._merchant, self._platform = parties.merchant, parties.platform
        self._appid, self._ask = appid, ask
        self._paid = False

    def order(self) -> Conversation:
        """Place an order, look it up, and close it unless it is paid."""
        operation, path, owner = self._ask.operation, "/v3/pay/transactions", {"mchid": self._merchant.mchid}
        placed = f"{path}/out-trade-no/{self._ask.run_id}"
        order = self._order_body()
        ours = {"out_trade_no": named(self._ask.run_id), "mchid": named(self._merchant.mchid)}
        ours["amount.total"] = named(order["amount"]["total"])
        given = GoodAnswer(fields={**_PLACED[operation], **ours})
        found = GoodAnswer(fields={"trade_state": Wanted(values=_STATES), **ours})
        read = self._read_charge if operation == "codepay" else self._read_success
        yield self._step("order", "POST", f"{path}/{operation}", order, partial(read, given))
        query = f"{placed}?{urlencode(owner)}"
        yield self._step("query", "GET", query, None, partial(self._read_state, found))
        if not self._paid and operation != "codepay":
            closed = partial(self._read_success, GoodAnswer(statuses=(204,)))
            yield self._step("close", "POST", f"{placed}/close", owner, closed)

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
        state = {"state": Wanted(values=_SERVICE_STATES), "out_order_no": named(ask.run_id)}
        open_order = partial(self._read_success, GoodAnswer(fields=state))
        number = {"out_order_no": named(ask.run_id), "order_id": Wanted(optional=True)}
        cancelled = partial(self._read_success, GoodAnswer(fields=number))
        yield self._step("order", "POST", path, body, open_order)
        yield self._step("query", "GET", f"{path}?{query}", None, open_order)
        yield self._step("cancel", "POST", f"{path}/{ask.run_id}/cancel", cancel, cancelled)

    def exposure(self) -> ConversationStep:
        """Ask whether 分付 is shown to the payer."""
        ask = self._ask
        path = str(ask.options.get("path", "/v3/fenfu/exposure"))
        openid = str(ask.payer.get("openid", ""))
        query = urlencode({"mchid": self._merchant.mchid, "appid": self._appid, "openid": openid})
        fields = {"fqf_exposure": Wanted(kinds=(bool,)), "appid": named(self._appid), "openid": named(openid)}
        read = partial(self._read_exposure, GoodAnswer(fields=fields))
        return self._step("exposure", "GET", f"{path}?{query}", None, read)

    def certificates(self) -> ConversationStep:
        """Fetch the platform's certificates, which are signed by the very keys that they bring."""
        step = self._step("certificates", "GET", "/v3/certificates", None, self._read_certificates)
        return replace(step, aside=None)

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
        expires = (ask.now + _ORDER_LASTS).astimezone(CHINA)
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
        return ConversationStep(name=name, request=request, read=read, aside=self._wanted_first)

    def _wanted_first(self, reply: Reply) -> ConversationStep | None:
        """Certificates, where a success is signed by a key that may be among those we do not hold yet."""
        succeeded = 200 <= reply.status < 300
        return (
            self.certificates() if succeeded and self._platform.claim_fetching(reply, self._ask.now) else None
        )

    def _read_success(self, good: GoodAnswer, reply: Reply) -> AnswerReading:
        return self._content(good, reply)[1]

    def _read_charge(self, good: GoodAnswer, reply: Reply) -> AnswerReading:
        """What became of a payment code: 202 says, in the manner of an error, what the payer is asked for."""
        if reply.status != 202 or not _names_error(json_object(reply) or {}):
            return self._read_state(good, reply)
        return self._fault(reply) or self._read_error(reply)

    def _read_state(self, good: GoodAnswer, reply: Reply) -> AnswerReading:
        """What became of an order."""
        content, reading = self._content(good, reply)
        state = text_of(content.get("trade_state"))
        self._paid = state == "SUCCESS"
        if state not in _FAILED_STATES or reading.code not in ("SUCCESS", "WRONG_FIELD"):
            return reading
        return reading_of(reply, state, text_of(content.get("trade_state_desc")))

    def _read_exposure(self, good: GoodAnswer, reply: Reply) -> AnswerReading:
        """A payer to whom 分付 is hidden gets a code of our own.

        The answer is a sound 200 and gives no reason: risk control hides the product from a payer in just the
        way that a withdrawal does. Calling it either would be a guess; the code book leaves it ambiguous, and
        the tiers of those it meets, and whether it comes back, tell the detector which it was.
        """
        content, reading = self._content(good, reply)
        hidden = reading.code == "SUCCESS" and content["fqf_exposure"] is False
        return reading_of(reply, "FQF_EXPOSURE_FALSE") if hidden else reading

    def _read_certificates(self, reply: Reply) -> AnswerReading:
        """The certificates, which are trusted from here on: only the platform could encrypt them for us."""
        if reply.status != 200:
            return self._no_certificates(reply)
        content, failed = _CERTIFICATES.read(reply)
        fault = None if failed else self._platform.learn(content)
        self._platform.note_fetching(
            self._ask.scrub(failed.code if failed else fault.message if fault else "")
        )
        return failed or (self._doubt(reply, fault) if fault else self._content(_CERTIFICATES, reply)[1])

    def _no_certificates(self, reply: Reply) -> AnswerReading:
        reading = self._read_error(reply)
        if reply.status == 404 and reading.code.startswith("RESOURCE_NOT_EXIST"):
            reading = self._doubt(reply, NO_CERTIFICATES)
        told = f"{reply.status} {reading.code} {reading.message}".strip()
        self._platform.note_fetching(self._ask.scrub(told[:_MOST_TOLD]))
        return reading

    def _content(self, good: GoodAnswer, reply: Reply) -> tuple[dict[str, Any], AnswerReading]:
        """The object of a success and a reading of the reply; of a refusal or failure the reading alone."""
        if not 200 <= reply.status < 300:
            return {}, self._read_error(reply)
        if fault := self._fault(reply):
            return {}, fault
        content, failed = good.read(reply)
        if failed and failed.code == "FOREIGN_BODY" and _names_error(content):
            return {}, self._read_error(reply)
        return content, failed or reading_of(reply, "SUCCESS")

    def _fault(self, reply: Reply) -> AnswerReading | None:
        """What is wrong with the reply's signature; None where it holds."""
        fault = self._platform.fault_of(reply, self._ask.now)
        if fault is None:
            return None
        # An empty or broken body explains a missing signature, not the other way round.
        unsigned = fault.code == "BAD_SIGNATURE" and reply.status == 200
        return (read_success(reply)[1] if unsigned else None) or self._doubt(reply, fault)

    def _doubt(self, reply: Reply, fault: Fault) -> AnswerReading:
        # Only the public key may stand in a file that does not fit its id; certificates name their own.
        misfits = fault.code == "BAD_SIGNATURE" and bool(self._platform.public_key_id)
        if misfits or reply.status == 401 or fault.code in _DOUBTS:
            self._parties.doubted = True
        return reading_of(reply, *fault)

    def _read_error(self, reply: Reply) -> AnswerReading:
        """``{"code", "message"}``, or whatever a proxy in between answered, as evidence."""
        content = json_object(reply)
        if content is None or "code" not in content:
            return unread(reply)
        said = [text_of(content.get("message"))]
        # The tail of the Request-ID is WeChat's fine-grained reason, which PayScore gives nowhere else.
        request_id, _, reason = reply.headers.get("request-id", "").rpartition("-")
        if request_id and reason.isdecimal() and len(reason) == 9 and reply.status >= 400:
            said = [f"{said[0]} [{reason}]"]
        if reply.status == 401:
            said.append(clock_note(reply, self._ask.now))
        message = "; ".join(part for part in said if part)
        return self._doubt(reply, Fault(text_of(content["code"]), with_retry_after(message, reply)))


def _names_error(content: Mapping[str, Any]) -> bool:
    code = text_of(content.get("code"))
    return bool(code) and code not in _GOOD_WORDS


_CERTIFICATES = GoodAnswer(fields={"data": Wanted(kinds=(list,))})

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
