"""Which gateway speaks an endpoint's dialect."""

import os
from collections.abc import Mapping

from probes.instrument.gateways import alipay_openapi, card_json, generic_http, iso8583_json, wechat_pay_v3
from probes.instrument.gateways.protocol import DialectTerms, Gateway
from probes.instrument.specs import EndpointAccess

DIALECTS: dict[str, DialectTerms] = {
    module.DIALECT.name: module.DIALECT
    for module in (wechat_pay_v3, alipay_openapi, card_json, iso8583_json, generic_http)
}


def make_gateway(endpoint: EndpointAccess, environ: Mapping[str, str] = os.environ) -> Gateway:
    """The gateway of an endpoint; ValueError where its dialect is not spoken.

    It reads its credentials when it is first asked, from ``environ`` (default: the process's) and files.
    Keep it: what it learns, such as certificates, it remembers.
    """
    dialect = DIALECTS.get(endpoint.gateway)
    if dialect is None:
        raise ValueError(f"{endpoint.slug}: no gateway is called {endpoint.gateway!r}")
    return dialect.make(endpoint, environ)
