"""What users say of one incident: about its products, of its cause, in its time."""

from collections.abc import Collection, Mapping

from probes.vocabulary.symptoms import Product, Symptom
from statuspage.analysis.incident import DetectedIncident
from statuspage.analysis.model import REPORTS
from statuspage.analysis.moments import moment
from statuspage.analysis.values import ReportEvidence
from statuspage.analysis.waves import Waves

OURS = frozenset({Product.FENFU, Product.WECHAT_PAY})


def said_of(
    incident: DetectedIncident, now: float, *, waves: Waves, own: Collection[Product], hour: int
) -> ReportEvidence | None:
    """The complaints that belong to an incident whose components are of the products ``own``; None if none.

    They are of the symptom that its cause shows, written since its start and before its end. ``hour`` is the
    local one of ``now``.
    """
    symptom = Symptom.of(incident.cause)
    wave = waves.of(symptom)
    since, until = incident.started_at, now if incident.resolved_at is None else incident.resolved_at
    since = max(since, until - REPORTS.counted_seconds)
    if wave is None:
        return None
    products = meant(own, wave.products(since, until), waves.memory.products)
    count = wave.count(since, until, products)
    if not count:
        return None
    minutes = (until - since) / 60.0
    usual = wave.baseline.per_minute(hour) * minutes * waves.named_share(products)
    return ReportEvidence(
        symptom=symptom,
        products=tuple(sorted(products)),
        since=moment(since),
        count=count,
        usual=round(usual, 3),
        authors=count,
        quotes=wave.quotes(since // 60.0 * 60.0, until, products),
        weight=round(wave.excess.level, 3),
    )


def meant(
    own: Collection[Product], named: Mapping[Product, int], usual: Mapping[Product, float]
) -> frozenset[Product]:
    """The products of the posts that speak of ``own``: those themselves, and no product where these lead.

    Who names no product means the one that most people name now (``named``), and where few name any, the one
    that is spoken of anyway (``usual``).
    """
    ours = OURS & set(own)
    if not ours or ours == OURS:
        return OURS | {Product.NONE}
    votes = votes_of(named, usual, OURS)
    leads = sum(votes[product] for product in ours) >= sum(votes.values()) / 2.0
    return ours | {Product.NONE} if leads else ours


def votes_of(
    named: Mapping[Product, int], usual: Mapping[Product, float], among: Collection[Product]
) -> dict[Product, float]:
    """How many posts speak for each product: those that name it, and a few by what is named anyway."""
    whole = sum(usual.get(product, 0.0) for product in among) or 1.0
    return {
        product: named.get(product, 0) + REPORTS.usual_votes * usual.get(product, 0.0) / whole
        for product in among
    }
