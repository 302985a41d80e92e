"""Draws what a shared link shows, and the icons of the site, as PNG; knows no texts of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

from statuspage.public.render.fonts import Font, font_for

WIDTH, HEIGHT = 1200, 630
# Messengers cut a square out of the middle and show it as small as a thumb: the state's sign stands there.
SIGN, SIGN_TOP = 180, 58
TITLE_SIZES = (64, 54, 46)
MOST_LINES = 3
SMALL = 30
MARGIN = 80
# Shapes are drawn as many times as large, then made small: Pillow draws no smooth edges itself.
SMOOTH = 4
COLOURS = 48  # of a picture; so many keep its edges smooth, and it half as large
INK, SOFT, GREY = "#1b1f24", "#59606b", "#7d8590"
SITE = "site"  # the tone of what tells of no state
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class PictureTexts:
    """What is written: the title in a few lines, what stands under it in one, and whose picture it is.

    No text has a line break in it.
    """

    title: str
    under: str
    site: str

    @property
    def whole(self) -> str:
        return self.title + self.under + self.site


@lru_cache(maxsize=32)  # the form of a page that is too old is the same for each of its states
def drawn_picture(texts: PictureTexts, *, tone: str, colour: str, tint: str) -> bytes:
    """A picture of 1200 by 630: the sign of ``tone`` in its ``colour`` on its ``tint``, and the texts.

    Without words where no font of this machine has all their characters: sign and colours say the state.
    """
    picture = Image.new("RGB", (WIDTH, HEIGHT), tint)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, WIDTH, 18), fill=colour)
    pen.rectangle((0, HEIGHT - 18, WIDTH, HEIGHT), fill=colour)
    can_write = font_for(texts.whole, SMALL) is not None
    top = SIGN_TOP if can_write else (HEIGHT - SIGN) // 2
    sign = drawn_sign(tone, SIGN, colour, tint)
    picture.paste(sign, ((WIDTH - SIGN) // 2, top), sign)
    if can_write:
        _write(pen, texts)
    return _png(picture.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE))


def drawn_icon(size: int, colour: str, *, ground: str | None = None, room: float = 0.0) -> bytes:
    """The site's own sign as a PNG, on a ``ground`` or on none.

    With so much ``room`` on each side, as a part of the whole, for what cuts a form of its own out of it.
    """
    return _png(_icon(size, colour, ground, room))


def drawn_favicon(colour: str) -> bytes:
    """The same as an ICO of the three sizes that browsers ask for."""
    file = BytesIO()
    _icon(48, colour, None, 0.0).save(file, format="ICO", sizes=[(16, 16), (32, 32), (48, 48)])
    return file.getvalue()


def _icon(size: int, colour: str, ground: str | None, room: float) -> Image.Image:
    icon = Image.new("RGBA", (size, size), ground or (0, 0, 0, 0))
    edge = round(size * room)
    sign = drawn_sign(SITE, size - 2 * edge, colour, "")
    icon.alpha_composite(sign, (edge, edge))
    return icon


@lru_cache(maxsize=16)
def drawn_sign(tone: str, size: int, colour: str, cut: str) -> Image.Image:
    """The sign of a cause, of ``ok``, ``unknown`` or the site, as on the page; cut out of it is ``cut``."""
    whole = size * SMOOTH
    image = Image.new("RGBA", (whole, whole), (0, 0, 0, 0))
    unit = whole / 16
    _SIGNS.get(tone, _unknown)(ImageDraw.Draw(image), unit, colour, cut)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def wrapped(text: str, font: Font, width: float, most: int) -> list[str] | None:
    """The text in at most so many lines of a width in pixels; None where it does not fit.

    Chinese breaks anywhere, words of other scripts between them; one that is too long for a line breaks, too.
    """
    lines = [""]
    for piece in _pieces(text):
        if font.getlength(lines[-1] + piece.rstrip()) <= width:
            lines[-1] += piece
            continue
        for part in [piece] if font.getlength(piece) <= width else piece:
            if font.getlength(lines[-1] + part) > width:
                lines.append("")
            lines[-1] += part
    shown = [line.strip() for line in lines if line.strip()]
    return shown if len(shown) <= most else None


def _pieces(text: str) -> list[str]:
    """Where lines may break: after each Chinese character but before no sign that ends something."""
    pieces: list[str] = []
    for character in " ".join(text.split()):
        joins = pieces and (character in "，。、；：！？）》”" or _is_narrow(character))
        if (
            joins
            and not pieces[-1].endswith(" ")
            and (_is_narrow(pieces[-1][-1]) or not _is_narrow(character))
        ):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _is_narrow(character: str) -> bool:
    return character < "\u2e80"


def _write(pen: ImageDraw.ImageDraw, texts: PictureTexts) -> None:
    font, lines = _fitted(texts.title)
    y = float(SIGN_TOP + SIGN + 26)
    for line in lines:
        pen.text((WIDTH / 2, y), line, font=font, fill=INK, anchor="ma")
        y += font.size * 1.26
    small = font_for(texts.under + texts.site, SMALL)
    if small is not None:
        pen.text((WIDTH / 2, y + 16), _cut(texts.under, small), font=small, fill=SOFT, anchor="ma")
        pen.text((WIDTH / 2, HEIGHT - 44), _cut(texts.site, small), font=small, fill=SOFT, anchor="mb")


def _fitted(title: str) -> tuple[Font, Sequence[str]]:
    """The largest size in which the title fits; in the smallest one what does not is cut off."""
    width = WIDTH - 2 * MARGIN
    fonts = [font for size in TITLE_SIZES if (font := font_for(title + "…", size) or font_for(title, size))]
    for font in fonts:
        lines = wrapped(title, font, width, MOST_LINES if font.size < TITLE_SIZES[0] else 2)
        if lines is not None:
            return font, lines
    smallest, fits = fonts[-1], 0
    for step in (2**power for power in reversed(range(len(title).bit_length()))):
        if wrapped(_shortened(title, fits + step), smallest, width, MOST_LINES) is not None:
            fits += step
    return smallest, wrapped(_shortened(title, fits), smallest, width, MOST_LINES) or []


def _shortened(title: str, length: int) -> str:
    return title[:length].rstrip() + "…"


def _cut(text: str, font: Font) -> str:
    """What of a text fits into one line."""
    while text and font.getlength(text) > WIDTH - 2 * MARGIN:
        text = text[:-2].rstrip() + "…"
    return text


def _png(image: Image.Image) -> bytes:
    file = BytesIO()
    # Twice as fast as the closest packing and hardly larger: meanwhile a change waits to be shown.
    image.save(file, format="PNG", compress_level=6)
    return file.getvalue()


def _lines(pen: ImageDraw.ImageDraw, lines: Sequence[Sequence[Point]], colour: str, width: float) -> None:
    """Lines with round ends and corners."""
    for points in lines:
        pen.line(points, fill=colour, width=round(width))
        for x, y in points:
            pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=colour)


def _scaled(unit: float, *points: Point) -> list[Point]:
    return [(x * unit, y * unit) for x, y in points]


def _ok(pen: ImageDraw.ImageDraw, unit: float, colour: str, cut: str) -> None:
    pen.ellipse((unit, unit, 15 * unit, 15 * unit), fill=colour)
    _lines(pen, [_scaled(unit, (4.8, 8.3), (7, 10.5), (11.3, 5.8))], cut, 1.8 * unit)


def _outage(pen: ImageDraw.ImageDraw, unit: float, colour: str, cut: str) -> None:
    pen.polygon(_scaled(unit, (8, 1), (15.5, 14.5), (0.5, 14.5)), fill=colour)
    _lines(pen, [_scaled(unit, (8, 6), (8, 10)), _scaled(unit, (8, 12.2), (8, 12.3))], cut, 1.8 * unit)


def _maintenance(pen: ImageDraw.ImageDraw, unit: float, colour: str, cut: str) -> None:
    _lines(pen, [_scaled(unit, (2.8, 13.2), (10, 6))], colour, 3.2 * unit)
    pen.ellipse((7.2 * unit, 0.8 * unit, 15.2 * unit, 8.8 * unit), fill=colour)
    _lines(pen, [_scaled(unit, (11.8, 4.2), (15.4, 0.6))], cut, 3 * unit)


def _risk_control(pen: ImageDraw.ImageDraw, unit: float, colour: str, cut: str) -> None:
    shield = ((8, 0.8), (14.3, 3.1), (14.3, 7.5), (12.6, 12), (8, 15.2), (3.4, 12), (1.7, 7.5), (1.7, 3.1))
    pen.polygon(_scaled(unit, *shield), fill=colour)
    cross = [_scaled(unit, (5.5, 5.5), (10.5, 10.5)), _scaled(unit, (10.5, 5.5), (5.5, 10.5))]
    _lines(pen, cross, cut, 1.8 * unit)


def _policy_change(pen: ImageDraw.ImageDraw, unit: float, colour: str, cut: str) -> None:
    pen.polygon(_scaled(unit, (3, 0.8), (10.2, 0.8), (13.5, 4), (13.5, 15.2), (3, 15.2)), fill=colour)
    rows = [_scaled(unit, (5.5, y), (end, y)) for y, end in ((6.5, 11), (9, 11), (11.5, 8.8))]
    _lines(pen, rows, cut, 1.2 * unit)


def _unknown(pen: ImageDraw.ImageDraw, unit: float, colour: str, cut: str) -> None:
    around = (1.2 * unit, 1.2 * unit, 14.8 * unit, 14.8 * unit)
    for start in range(0, 360, 30):
        pen.arc(around, start, start + 18, fill=colour, width=round(1.6 * unit))
    pen.arc((5.6 * unit, 3.9 * unit, 10.4 * unit, 8.7 * unit), 180, 450, fill=colour, width=round(1.5 * unit))
    _lines(pen, [_scaled(unit, (8, 8.7), (8, 9.4)), _scaled(unit, (8, 11.8), (8, 11.9))], colour, 1.5 * unit)


def _site(pen: ImageDraw.ImageDraw, unit: float, colour: str, cut: str) -> None:
    """A sun that comes up over a horizon."""
    pen.ellipse((4 * unit, 1.5 * unit, 12 * unit, 9.5 * unit), fill=colour)
    horizon = [_scaled(unit, (1.5, 11.5), (14.5, 11.5)), _scaled(unit, (4.5, 14), (11.5, 14))]
    _lines(pen, horizon, GREY, 1.5 * unit)


_SIGNS: dict[str, Callable[[ImageDraw.ImageDraw, float, str, str], None]] = {
    "ok": _ok,
    "outage": _outage,
    "maintenance": _maintenance,
    "risk_control": _risk_control,
    "policy_change": _policy_change,
    "unknown": _unknown,
    SITE: _site,
}
