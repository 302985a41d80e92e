"""Which gateway speaks an endpoint's dialect."""

import os
from collections.abc import Callable, Mapping

from probes.instrument.gateways.card_json import CardJson
from probes.instrument.gateways.generic_http import GenericHttp
from probes.instrument.gateways.protocol import Gateway
from probes.instrument.gateways.wechat_pay_v3 import WechatPayV3
from probes.instrument.specs import EndpointAccess

_MAKERS: dict[str, Callable[[EndpointAccess, Mapping[str, str]], Gateway]] = {
    "wechat_pay_v3": WechatPayV3,
    "card_json": CardJson,
    "generic_http": lambda endpoint, environ: GenericHttp(endpoint),
}


def make_gateway(endpoint: EndpointAccess, environ: Mapping[str, str] = os.environ) -> Gateway:
    """The gateway of an endpoint; ValueError where its dialect is not spoken.

    It reads its credentials when it is first asked, from ``environ`` (default: the process's) and files.
    Keep it: what it learns, such as certificates, it remembers.
    """
    maker = _MAKERS.get(endpoint.gateway)
    if maker is None:
        raise ValueError(f"{endpoint.slug}: no gateway is called {endpoint.gateway!r}")
    return maker(endpoint, environ)
