"""A brand's colour as it can be read: contrast by WCAG 2.2 (1.4.3), and what comes of a colour that fails."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

AA = 4.5  # the least contrast of text
# The grounds that links stand on, in page.css: paper, raised, and the tints of each state.
LIGHT_GROUNDS = ("#faf9f6", "#ffffff", "#fdeeec", "#ebf2fd", "#fdf3e0", "#f3edfc", "#f0f0ee", "#eef6f1")
DARK_GROUNDS = ("#14171b", "#1b1f25", "#35201f", "#1c2a40", "#33291a", "#2a2338", "#23272d", "#1a2722")
_STEPS = 100
_HEX = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LegibleColour:
    """A colour as it is ``asked`` for, and as it is used in the page's light and dark form."""

    asked: str
    light: str
    dark: str

    @property
    def is_adjusted(self) -> bool:
        """Whether the light form needs another colour than what was asked for; the dark one mostly does."""
        return self.light != self.asked


def colour(raw: str) -> str:
    """A colour as ``#rrggbb`` in lower case; may be empty. ValueError for anything else."""
    if raw and not _HEX.fullmatch(raw.lower()):
        raise ValueError("expected a colour such as #1c4f9c")
    return raw.lower()


def legible(asked: str) -> LegibleColour:
    """The colour itself where it is read well on every ground, else the nearest that is."""
    return LegibleColour(
        asked=asked,
        light=_towards(asked, "#000000", LIGHT_GROUNDS),
        dark=_towards(asked, "#ffffff", DARK_GROUNDS),
    )


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(value: str) -> float:
    """The relative luminance of ``#rrggbb``, from 0 to 1 (WCAG 2.2, "relative luminance")."""
    red, green, blue = (_linear(part / 255) for part in _parts(value))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    # 0.04045 is sRGB's own limit; WCAG's older 0.03928 tells no two of its 256 values apart.
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)


def _towards(start: str, end: str, grounds: Iterable[str]) -> str:
    """The first mixture of two colours, from ``start`` on, that is read well on all grounds."""
    grounds = tuple(grounds)
    mixtures = (_mixed(start, end, step / _STEPS) for step in range(_STEPS + 1))
    return next(
        (mixed for mixed in mixtures if min(contrast(mixed, ground) for ground in grounds) >= AA), end
    )


def _mixed(one: str, other: str, share: float) -> str:
    pairs = zip(_parts(one), _parts(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _parts(value: str) -> tuple[int, int, int]:
    return int(value[1:3], 16), int(value[3:5], 16), int(value[5:7], 16)
