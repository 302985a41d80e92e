"""Which gateway speaks an endpoint's dialect."""

from probes.instrument.gateways import alipay_openapi, card_json, generic_http, iso8583_json, wechat_pay_v3
from probes.instrument.gateways.protocol import DialectTerms, Gateway
from probes.instrument.gateways.vault import Vault
from probes.instrument.specs import EndpointAccess

DIALECTS: dict[str, DialectTerms] = {
    module.DIALECT.name: module.DIALECT
    for module in (wechat_pay_v3, alipay_openapi, card_json, iso8583_json, generic_http)
}


def make_gateway(endpoint: EndpointAccess, vault: Vault) -> Gateway:
    """The gateway of an endpoint; ValueError where its dialect is not spoken.

    It reads its credentials from the vault when it is first asked. Keep it:
    what it learns, such as certificates, it remembers.
    """
    dialect = DIALECTS.get(endpoint.gateway)
    if dialect is None:
        raise ValueError(f"{endpoint.slug}: no gateway is called {endpoint.gateway!r}")
    return dialect.make(endpoint, vault)
