"""A small catalog for tests, and its variants."""

from probes.instrument.catalog import parse_catalog
from probes.instrument.specs import Catalog

CATALOG = """
[[groups]]
slug = "fenfu"
name_zh = "分付"
name_en = "Fenfu"

[[components]]
slug = "fenfu-qr"
group = "fenfu"
name_zh = "扫码"
name_en = "QR"

[[personas]]
slug = "ordinary"
name_zh = "普通"
name_en = "Ordinary"
risk_tier = "low"

[[personas]]
slug = "reseller"
name_zh = "转卖"
name_en = "Reseller"
risk_tier = "high"

[[vantages]]
slug = "east"
name_zh = "华东"
name_en = "East"

[[vantages]]
slug = "south"
name_zh = "华南"
name_en = "South"

[[endpoints]]
slug = "pay"
gateway = "generic_http"
name_zh = "支付"
name_en = "Pay"
base_url = "http://api.test"

[[probes]]
components = ["*"]
personas = ["*"]
vantages = ["*"]
endpoint = "pay"
operation = "get"
interval_seconds = 20

[[controls]]
slug = "site"
vantages = ["*"]
endpoint = "pay"
operation = "get"

[[sources]]
slug = "forum"
kind = "json"
name_zh = "论坛"
name_en = "Forum"
url = "http://forum.test/posts"
options = { items = "posts", text = "text" }
"""


def catalog(*changes: tuple[str, str]) -> Catalog:
    """The catalog above, with each first text replaced by its second."""
    text = CATALOG
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return parse_catalog(text, environ={})
