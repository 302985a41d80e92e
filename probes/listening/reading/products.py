"""Which product a post names; where it names none, the model guesses between another one and none at all."""

from functools import cache

from probes.listening.reading.features import phrase_sign
from probes.listening.reading.text import read_lists
from probes.vocabulary.symptoms import Product


@cache
def product_signs() -> dict[str, Product]:
    """The product that each name in ``products.txt`` stands for, by the name's sign, in the file's order."""
    return {
        phrase_sign(name): Product(product) for product, names in read_lists("products.txt") for name in names
    }
