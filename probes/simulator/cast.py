"""Who plays in the pretended world: its products, payers and merchant; invented, as every number here is."""

import msgspec

from probes.simulator.fates import Dialect
from probes.vocabulary.symptoms import Product
from probes.vocabulary.tiers import RiskTier

MCHID = "1900006511"
SERVICE_ID = "2002000000000558169372638"
WECHAT_HOST = "api.mch.weixin.qq.com"
CARD_HOST = "api.cards.example"
CONTROL_HOSTS = ("control.example", "search.example")


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A product and how it behaves on a good day.

    ``median_ms`` is the usual latency of its first step; ``refusals`` scales how often payers of elevated and
    high tier are refused on a good day; ``appid`` is the merchant's application that sells by it.
    """

    slug: str
    dialect: Dialect = Dialect.WECHAT
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
        Part(slug="card-checkout", dialect=Dialect.CARD, steps=_ORDER, median_ms=240, product=Product.OTHER),
    )
}  # fmt: skip

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

PART_OF_APPID: dict[str, Part] = {part.appid: part for part in PARTS.values() if part.appid}
PAYER_OF_OPENID: dict[str, Payer] = {payer.openid: payer for payer in PAYERS.values()}
PAYER_OF_CARD: dict[str, Payer] = {payer.card: payer for payer in PAYERS.values()}


def part_of(component: str | None) -> Part:
    """The part of a component; an unknown one is an ordinary WeChat Pay product, none is a control."""
    if component is None:
        return CONTROL
    known = PARTS.get(component)
    return known if known is not None else Part(slug=component)


def payer_of_auth_code(auth_code: str) -> Payer | None:
    """The payer whose payment code (18 digits) this is; its first four digits tell, as real codes change."""
    return next((payer for payer in PAYERS.values() if auth_code[:4] == payer.auth_code[:4]), None)
