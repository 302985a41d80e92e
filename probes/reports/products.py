"""Which product a post names; where it names none, the model guesses between another one and none at all."""

from functools import cache

from probes.outcomes import Product
from probes.reports.features import phrase_sign
from probes.reports.text import read_lists


def named_product(found: set[str]) -> Product | None:
    """The product that a post with these signs names, or None."""
    for product, names in _names():
        if not names.isdisjoint(found):
            return product
    return None


@cache
def _names() -> tuple[tuple[Product, frozenset[str]], ...]:
    lists = read_lists("products.txt")
    return tuple((Product(product), frozenset(map(phrase_sign, names))) for product, names in lists)
