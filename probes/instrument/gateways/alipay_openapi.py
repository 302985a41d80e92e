"""Alipay's OpenAPI: orders by code and by payment code, signed and verified; errors come inside successes."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from probes.instrument.gateways.alipay_signing import AlipayKeys, App, raw_member
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
    json_object,
    reading_of,
    text_of,
    unread,
    with_retry_after,
)
from probes.instrument.gateways.vault import Vault
from probes.instrument.secrecy.echoes import Guarded
from probes.instrument.specs import EndpointAccess
from probes.network.exchange import Reply, Request

_DONE, _PAYER_IS_ASKED = _GOOD = ("10000", "10003")
_NO_TRADE = "ACQ.TRADE_NOT_EXIST"
# An order left open by a broken check expires by itself.
_ORDER_LASTS = "6m"
_FORM = {"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"}

_MOST_SAID = 2_000  # characters
_ECHO = re.compile(r"\b[a-z_]{2,30}=[^&]*&.*", re.DOTALL | re.ASCII)

_NUMBER = Wanted(pattern=r"\d+")
# What is due beside code and out_trade_no, by step.
_DUE: Mapping[str, Mapping[str, Wanted]] = {
    "precreate": {"qr_code": Wanted(pattern=r"https://[!-~]+")},
    "pay": {"trade_no": _NUMBER},
    "query": {"trade_no": _NUMBER},
    "cancel": {"retry_flag": Wanted(values=("Y", "N"))},
}
# Of an order that was just placed. Only a payment that was tried can be over already.
_STATES = {
    "precreate": ("WAIT_BUYER_PAY", "TRADE_SUCCESS"),
    "pay": ("WAIT_BUYER_PAY", "TRADE_SUCCESS", "TRADE_FINISHED", "TRADE_CLOSED"),
}


class AlipayOpenapi:
    """One app; operations precreate and pay, each followed by a query and a cancellation.

    A precreated order becomes a trade when somebody scans its code, which nobody does here: that the query
    does not find it is right. A payment code is charged at once; the cancellation gives the money back.
    """

    def __init__(self, endpoint: EndpointAccess, vault: Vault) -> None:
        self._base_url = endpoint.base_url
        self._credentials = Credentials(endpoint.slug, endpoint.credentials, vault)
        self._parties: tuple[App, AlipayKeys] | None = None

    def converse(self, ask: Ask) -> Conversation:
        """The steps of one check; CredentialsError where our keys cannot be used."""
        if self._parties is None:
            self._parties = (App(self._credentials), AlipayKeys(self._credentials))
        dialogue = _TradeDialogue(self._base_url, *self._parties, ask)
        try:
            yield dialogue.order()
            yield dialogue.query()
            yield dialogue.cancel()
        finally:
            if dialogue.doubts_keys:
                # Files that were mended are read again without a new start.
                self._parties = None

    def guarded(self) -> Collection[Guarded]:
        return self._credentials.guarded()


class _TradeDialogue:
    """One check's requests and how answers are read; ``doubts_keys`` once one spoke against our keys."""

    def __init__(self, base_url: str, app: App, keys: AlipayKeys, ask: Ask) -> None:
        self._base_url, self._app, self._keys, self._ask = base_url, app, keys, ask
        fen = int(ask.options.get("amount_fen", 1))
        self._amount = f"{fen // 100}.{fen % 100:02d}"
        self.doubts_keys = False

    def order(self) -> ConversationStep:
        """Place the order; a payment code is charged with it."""
        ask, options = self._ask, self._ask.options
        content: dict[str, Any] = {
            "out_trade_no": ask.run_id,
            "total_amount": self._amount,
            "subject": str(options.get("subject", "status check")),
            "timeout_express": _ORDER_LASTS,
        }
        if "store_id" in options:
            content["store_id"] = str(options["store_id"])
        if ask.operation == "pay":
            code = ask.payer.get("alipay_auth_code") or ask.payer.get("auth_code")
            content |= {"scene": "bar_code", "auth_code": text_of(code)}
        elif "alipay_account" in ask.payer:
            content["buyer_logon_id"] = str(ask.payer["alipay_account"])
        return self._step(ask.operation, content)

    def query(self) -> ConversationStep:
        """Look the order up."""
        state = Wanted(values=_STATES[self._ask.operation])
        return self._step("query", {"out_trade_no": self._ask.run_id}, trade_status=state)

    def cancel(self) -> ConversationStep:
        """Close the order, or give back what was paid."""
        return self._step("cancel", {"out_trade_no": self._ask.run_id})

    def _step(self, name: str, content: Mapping[str, Any], **due: Wanted) -> ConversationStep:
        method = f"alipay.trade.{name}"
        parameters = {
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": self._ask.now.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S"),
            "version": "1.0",
            "biz_content": json.dumps(content, ensure_ascii=False),
        }
        if name in _STATES:
            parameters["notify_url"] = str(self._ask.options.get("notify_url", ""))
        request = Request(
            method="POST",
            url=f"{self._base_url}{self._ask.options.get('path', '/gateway.do')}?charset=utf-8",
            headers={"Accept": "application/json", **_FORM},
            body=urlencode(self._app.signed(parameters)).encode(),
        )
        node = f"{method.replace('.', '_')}_response"
        good = self._good(node, {**_DUE[name], **due})
        return ConversationStep(name=name, request=request, read=partial(self._read, node, good))

    def _good(self, node: str, due: Mapping[str, Wanted]) -> GoodAnswer:
        amounts = (self._amount, self._amount.rstrip("0").rstrip("."))
        fields = {
            "code": Wanted(values=(_DONE,)),
            "out_trade_no": replace(named(self._ask.run_id), optional=False),
            "total_amount": Wanted(values=amounts, optional="trade_no" not in due, names=True),
            **due,
        }
        return GoodAnswer(fields={f"{node}.{name}": wanted for name, wanted in fields.items()})

    def _read(self, name: str, good: GoodAnswer, reply: Reply) -> AnswerReading:
        """The finest code of an answer; a success counts when it is signed and holds what it promises."""
        if not 200 <= reply.status < 300:
            node = _node_of(name, json_object(reply) or {})
            return self._refusal(node, reply) if node else unread(reply)
        content, failed = good.read(reply)
        node = _node_of(name, content)
        refused = text_of(node.get("code", _DONE)) not in _GOOD
        not_scanned = refused and self._may_be_unscanned(name) and node.get("sub_code") == _NO_TRADE
        if refused and not not_scanned:
            return self._refusal(node, reply)
        fault = self._fault(name, content, reply) if node else None
        if fault:
            return reading_of(reply, *fault)
        if not_scanned:
            return reading_of(reply, "NOT_SCANNED", text_of(node.get("sub_msg")))
        # While the payer is asked for the password there is no more than that to be told.
        asked = reply.status == 200 and node.get("code") == _PAYER_IS_ASKED
        return _accepted(node, reply) if asked or failed is None else failed

    def _may_be_unscanned(self, name: str) -> bool:
        """Whether the platform may know nothing of the order: nobody scanned its code."""
        return self._ask.operation == "precreate" and "precreate" not in name

    def _fault(self, name: str, content: Mapping[str, Any], reply: Reply) -> Fault | None:
        """What is wrong with the signature over the answer proper."""
        text = raw_member(reply.text, name)
        signature, number = text_of(content.get("sign")), text_of(content.get("alipay_cert_sn"))
        fault = self._keys.fault_of(text, signature, number)
        self.doubts_keys = fault is not None
        return fault

    def _refusal(self, node: Mapping[str, Any], reply: Reply) -> AnswerReading:
        code = text_of(node.get("sub_code")) or text_of(node["code"])
        said = [_without_echo(text_of(node.get("sub_msg")) or text_of(node.get("msg")))]
        if code.startswith("isv."):
            self.doubts_keys = True
            said.append(clock_note(reply, self._ask.now))
        return reading_of(reply, code, with_retry_after("; ".join(filter(None, said)), reply))


def _without_echo(message: str) -> str:
    """A message without our own parameters, which come back with a refused signature, tokens and all."""
    return _ECHO.sub("…", message[:_MOST_SAID])


def _accepted(node: Mapping[str, Any], reply: Reply) -> AnswerReading:
    """A success by the finest word for it: a cancellation to be repeated, the state of a trade, or 10000."""
    if node.get("retry_flag") == "Y":
        return reading_of(reply, "CANCEL_AGAIN", "retry_flag Y: the cancellation has to be repeated")
    return reading_of(reply, text_of(node.get("trade_status")) or text_of(node["code"]))


def _node_of(name: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answer proper within an answer's envelope, or the gateway's own error; empty for neither."""
    node, error = content.get(name), content.get("error_response")
    if isinstance(node, dict) and node.get("code"):
        return node
    wrong = isinstance(error, dict) and text_of(error.get("code")) not in ("", *_GOOD)
    return error if isinstance(error, dict) and wrong else {}


DIALECT = DialectTerms(
    name="alipay_openapi",
    operations=("precreate", "pay"),
    required=("app_id", "private_key_file"),
    credentials=(
        "alipay_public_key_file",
        "alipay_certificate_file",
        "alipay_root_certificate_file",
        "app_certificate_file",
        "app_auth_token",
    ),
    options=("amount_fen", "notify_url", "path", "store_id", "subject"),
    make=AlipayOpenapi,
)
