"""Which product a post names; where it names none, the model guesses between another one and none at all."""

import re

from probes.outcomes import Product

_FENFU = re.compile(r"分付|fenfu")
_WECHAT = re.compile(r"微信|wechat|财付通|tenpay|微支付|零钱通|小绿|绿色软件")
_OTHER = re.compile(
    r"支付宝|支付bao|阿里|花呗|借呗|芝麻信用|白条|金条|京东|美团|抖音|云闪付|银联|闪付|数字人民币|度小满|拼多多|放心借|放心花|月付|任性付|唯品花"
    r"|信用飞|分期乐|微粒贷|敬业福|八达通|街口|悠游|万事达|运通|转数快|小红书|淘宝|微博|知乎|b站|小破站|王者|原神|打车软件|滴滴|高德|网易云|学习通"
    r"|钉钉|飞书|\b(?:zfb|12306|apple ?pay|google ?pay|samsung ?pay|alipay|huabei|paypal|venmo|zelle|cash ?app|klarna|afterpay|affirm|stripe"
    r"|revolut|monzo|visa|master ?card|amex|octopus|payme|fps|line ?pay|steam|psn|xbox|netflix|twitter|instagram|discord|fortnite)\b"
)


def named_product(text: str) -> Product | None:
    """The product that a text in its plain form names: ours before the wallet it lives in, and both before any other."""
    if _FENFU.search(text):
        return Product.FENFU
    if _WECHAT.search(text):
        return Product.WECHAT_PAY
    return Product.OTHER if _OTHER.search(text) else None
