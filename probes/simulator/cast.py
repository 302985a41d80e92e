"""Who plays in the pretended world: its products, payers and merchant; invented, as every number here is."""

from collections.abc import Callable

import msgspec

from probes.simulator.fates import Dialect
from probes.vocabulary.symptoms import Product
from probes.vocabulary.tiers import RiskTier

MCHID = "1900006511"
SERVICE_ID = "2002000000000558169372638"
WECHAT_HOST = "api.mch.weixin.qq.com"
CARD_HOST = "api.cards.example"
ALIPAY_HOST = "openapi.alipay.com"
UNIONPAY_HOST = "pos.unionpay.example"
CONTROL_HOSTS = ("control.example", "search.example")


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A product and how it behaves on a good day.

    ``median_ms`` is the usual latency of its first step; ``refusals`` scales how often payers of elevated and
    high tier are refused on a good day; ``appid`` is the merchant's application that sells by it.
    """

    slug: str
    dialect: Dialect = Dialect.WECHAT
    host: str = WECHAT_HOST
    steps: tuple[str, ...] = ("order",)
    median_ms: float = 180.0
    refusals: float = 1.0
    product: Product = Product.WECHAT_PAY
    appid: str = ""


class Payer(msgspec.Struct, frozen=True, kw_only=True):
    """A pretended payer: how the risk engine rates it and by what it is known on the wire."""

    slug: str
    tier: RiskTier
    openid: str
    auth_code: str
    card: str

    @property
    def alipay_account(self) -> str:
        return f"{self.slug}@payers.example"

    @property
    def alipay_auth_code(self) -> str:
        return f"28{self.auth_code[2:]}"


_APP = "wxf09b3ea20000000"
_ORDER = ("order", "query", "close")

PARTS: dict[str, Part] = {
    part.slug: part
    for part in (
        Part(slug="fenfu-qr", steps=("order", "query"), median_ms=150, product=Product.FENFU,
             appid=f"{_APP}a"),
        Part(slug="fenfu-online", steps=_ORDER, median_ms=110, product=Product.FENFU, appid=f"{_APP}b"),
        Part(slug="fenfu-repay", steps=_ORDER, median_ms=130, refusals=0.2, product=Product.FENFU,
             appid=f"{_APP}c"),
        Part(slug="fenfu-limit", dialect=Dialect.EXPOSURE, median_ms=90, refusals=0.3, product=Product.FENFU,
             appid=f"{_APP}d"),
        Part(slug="wxpay-balance", steps=_ORDER, median_ms=95, refusals=0.5, appid=f"{_APP}e"),
        Part(slug="wxpay-card", steps=_ORDER, median_ms=140, refusals=0.5, appid=f"{_APP}f"),
        Part(slug="card-checkout", dialect=Dialect.CARD, host=CARD_HOST, steps=_ORDER, median_ms=240,
             product=Product.OTHER),
    )
}  # fmt: skip

# Products that are played, too, but that the demo does not watch.
NEIGHBOURS: dict[str, Part] = {
    part.slug: part
    for part in (
        Part(slug="alipay-order", dialect=Dialect.ALIPAY, host=ALIPAY_HOST, steps=_ORDER, median_ms=120,
             product=Product.OTHER, appid="2021000000000011"),
        Part(slug="alipay-code", dialect=Dialect.ALIPAY, host=ALIPAY_HOST, steps=_ORDER, median_ms=170,
             product=Product.OTHER, appid="2021000000000012"),
        Part(slug="union-till", dialect=Dialect.ISO8583, host=UNIONPAY_HOST, steps=("order", "close"),
             median_ms=200, product=Product.OTHER),
    )
}  # fmt: skip

ALL_PARTS: dict[str, Part] = {**PARTS, **NEIGHBOURS}
CONTROL = Part(slug="", dialect=Dialect.CONTROL, median_ms=25, product=Product.NONE)

PAYERS: dict[str, Payer] = {
    slug: Payer(
        slug=slug,
        tier=tier,
        openid=f"oFogbreak{number:02d}payer{slug.replace('-', ''):_<12.12}",
        auth_code=f"13{number:02d}56780123456789",
        card=f"42424242424242{number:02d}",
    )
    for number, (slug, tier) in enumerate(
        (
            ("ordinary", RiskTier.LOW),
            ("salaried", RiskTier.LOW),
            ("new-device", RiskTier.ELEVATED),
            ("heavy-spender", RiskTier.ELEVATED),
            ("fresh-account", RiskTier.ELEVATED),
            ("night-gamer", RiskTier.HIGH),
            ("reseller", RiskTier.HIGH),
            ("overdue", RiskTier.HIGH),
        ),
        start=11,
    )
}

PART_OF_APPID: dict[str, Part] = {part.appid: part for part in ALL_PARTS.values() if part.appid}
PAYER_OF_OPENID: dict[str, Payer] = {payer.openid: payer for payer in PAYERS.values()}
PAYER_OF_CARD: dict[str, Payer] = {payer.card: payer for payer in PAYERS.values()}
PAYER_OF_ALIPAY: dict[str, Payer] = {payer.alipay_account: payer for payer in PAYERS.values()}


def part_of(component: str | None) -> Part:
    """The part of a component; an unknown one is an ordinary WeChat Pay product, none is a control."""
    if component is None:
        return CONTROL
    known = ALL_PARTS.get(component)
    return known if known is not None else Part(slug=component)


def payer_of_auth_code(auth_code: str) -> Payer | None:
    """The payer whose payment code (18 digits) this is; its first four digits tell, as real codes change."""
    return _payer_of_code(auth_code, lambda payer: payer.auth_code)


def payer_of_alipay_code(auth_code: str) -> Payer | None:
    """Likewise, of a payment code of Alipay's."""
    return _payer_of_code(auth_code, lambda payer: payer.alipay_auth_code)


def _payer_of_code(auth_code: str, own: Callable[[Payer], str]) -> Payer | None:
    return next((payer for payer in PAYERS.values() if auth_code[:4] == own(payer)[:4]), None)
