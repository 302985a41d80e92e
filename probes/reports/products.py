"""Which product a post names; where it names none, the model guesses between another one and none at all."""

from functools import cache

from probes.outcomes import Product
from probes.reports.features import phrase_sign

_FENFU = ("分付",)
_WECHAT = ("微信", "wechat", "财付通", "tenpay", "微支付", "零钱通")
# Three characters or words tell a longer name well enough.
_OTHER = tuple(
    "支付宝 支付bao 阿里 花呗 借呗 芝麻信用 白条 金条 京东 美团 抖音 云闪付 银联 闪付 数字人民币 度小满 拼多多 放心借 放心花 月付 任性付"
    " 唯品花 信用飞 分期乐 微粒贷 敬业福 八达通 街口 悠游 万事达 运通 转数快 小红书 淘宝 微博 知乎 b站 小破站 王者 原神 打车软件 滴滴 高德"
    " 网易云 学习通 钉钉 飞书 zfb alipay huabei paypal venmo zelle klarna afterpay affirm stripe revolut monzo visa mastercard"
    " amex octopus payme fps steam psn xbox netflix twitter instagram discord fortnite".split()
) + ("apple pay", "google pay", "samsung pay", "cash app", "line pay", "master card")


@cache
def _names() -> tuple[tuple[Product, frozenset[str]], ...]:
    """Ours before the wallet it lives in, and both before any other."""
    listed = ((Product.FENFU, _FENFU), (Product.WECHAT_PAY, _WECHAT), (Product.OTHER, _OTHER))
    return tuple((product, frozenset(map(phrase_sign, names))) for product, names in listed)


def named_product(found: set[str]) -> Product | None:
    """The product that a post with these signs names, or None."""
    for product, names in _names():
        if not names.isdisjoint(found):
            return product
    return None
