"""Chance that is the same for the same seed, key and moment, so that every pretended day can be repeated."""

from hashlib import blake2b
from math import exp
from statistics import NormalDist

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_SCALE = 1.0 / (1 << 64)
_NORMAL = tuple(NormalDist().inv_cdf((index + 0.5) / 4096) for index in range(4096))


def key_of(seed: int, *parts: str) -> bytes:
    """A short key for everything that is drawn in the name of ``parts``."""
    text = "\x1f".join((str(seed), *parts))
    return blake2b(text.encode(), digest_size=16).digest()


def draw(key: bytes, moment: int) -> int:
    """64 random bits for this key and moment (any integer, such as microseconds since 1970)."""
    return int.from_bytes(
        blake2b(key + moment.to_bytes(10, "big", signed=True), digest_size=8).digest(), "big"
    )


def unit(bits: int, salt: int) -> float:
    """A number in [0, 1) from drawn bits; another ``salt`` gives another, independent number."""
    mixed = ((bits ^ (salt * 0xD1B54A32D192ED03)) * _GOLDEN) & _MASK
    mixed ^= mixed >> 29
    return ((mixed * 0xBF58476D1CE4E5B9) & _MASK) * _SCALE


def spread(sigma: float) -> tuple[float, ...]:
    """4,096 equally likely factors of a log-normal spread around 1."""
    return tuple(exp(sigma * z) for z in _NORMAL)


def poisson(mean: float, share: float) -> int:
    """The count at which a Poisson distribution of this mean has reached ``share`` (0 to 1) of its mass."""
    if mean <= 0:
        return 0
    mass = exp(-mean)
    total, count = mass, 0
    while total < share and count < 10_000:
        count += 1
        mass *= mean / count
        total += mass
    return count
