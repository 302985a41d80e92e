"""Colour, logo, style and links that an operator gives the page."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from statuspage.branding import colours, files
from statuspage.branding.colours import AA, DARK_GROUNDS, LIGHT_GROUNDS, contrast, legible
from statuspage.branding.links import footer_links
from statuspage.doctor import setting
from statuspage.public import assets
from tests.support.public_rows import World

CSS = Path(__file__).parents[2] / "statuspage" / "static" / "public" / "page.css"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8H0z"/></svg>'


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#ffffff", "#ffffff", 1.0), ("#777777", "#ffffff", 4.48)],
)
def test_contrast_is_that_of_wcag_when_two_colours_are_compared(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


@pytest.mark.parametrize(
    "asked", ["#ffff00", "#ffffff", "#000000", "#07c160", "#0a6e4f", "#ff0000", "#7f7f7f"]
)
def test_colour_is_read_on_every_ground_when_whatever_is_asked_for(asked: str) -> None:
    used = legible(asked)

    assert min(contrast(used.light, ground) for ground in LIGHT_GROUNDS) >= AA
    assert min(contrast(used.dark, ground) for ground in DARK_GROUNDS) >= AA


def test_colour_stays_as_it_is_when_it_can_be_read() -> None:
    assert legible("#0a6e4f").light == "#0a6e4f"
    assert not legible("#0a6e4f").is_adjusted
    assert legible("#07c160").is_adjusted


def test_grounds_are_those_of_the_style_sheet_when_contrast_is_computed() -> None:
    css = CSS.read_text(encoding="utf-8")
    light, dark = (
        css.partition(start)[2].partition("}")[0] for start in (":root {", '[data-theme="dark"] {')
    )

    for part, grounds in ((light, LIGHT_GROUNDS), (dark, DARK_GROUNDS)):
        found = re.findall(r"--(?:paper|raised|\w+-bg): (#[0-9a-f]+);", part)
        assert {
            value if len(value) == 7 else "#" + "".join(2 * c for c in value[1:]) for value in found
        } == set(grounds)


def test_doctor_tells_of_a_colour_when_it_was_adjusted() -> None:
    (found,) = setting.brand_colour("#07c160")

    assert found.where == "BRAND_COLOUR"
    assert legible("#07c160").light in found.what.en
    assert not list(setting.brand_colour("#0a6e4f"))
    assert not list(setting.brand_colour(""))


def test_paper_shows_the_light_colour_when_the_reader_likes_it_dark(settings: Settings) -> None:
    settings.BRAND_COLOUR = "#07c160"

    style = assets.assets()["brand_css"].body.decode()

    dark = [line for line in style.splitlines() if legible("#07c160").dark in line]
    assert len(dark) == 2
    assert all(line.startswith("@media screen") for line in dark)


@pytest.mark.parametrize("raw", ["red", "#fff", "#12345g", "#1234567", "url(x)"])
def test_colour_is_refused_when_it_is_not_written_as_six_digits(raw: str) -> None:
    with pytest.raises(ValueError, match="expected a colour such as"):
        colours.colour(raw)


@pytest.mark.parametrize(
    ("css", "problem"),
    [
        pytest.param("@import '//evil.example/a.css';", "@import", id="import"),
        pytest.param("@\\69mport '//evil.example/a.css';", "@import", id="import, escaped"),
        pytest.param("@imp/**/ort; p{background:url(https://evil.example/a.png)}", "url", id="address"),
        pytest.param("p { background: u\\72l( '//evil.example/a.png' ) }", "url", id="address, escaped"),
        pytest.param("p { background: URL(/a.png) }", "url", id="path"),
        pytest.param("p { background: image-set('https://evil.example/a.png' 1x) }", "url", id="image set"),
        pytest.param("a" * 20_001, "at most 20,000", id="too long"),
    ],
)
def test_style_is_refused_when_it_would_load_something(css: str, problem: str, tmp_path: Path) -> None:
    file = tmp_path / "own.css"
    file.write_text(css, encoding="utf-8")

    with pytest.raises(ValueError, match=problem):
        files.css_file(str(file))


def test_style_is_taken_when_its_pictures_are_its_own(tmp_path: Path) -> None:
    file = tmp_path / "own.css"
    file.write_text("p { background: url('data:image/png;base64,AAAA') } /* url(x) */ i { fill: url(#p) }")

    assert files.css_file(str(file)) == str(file)


@pytest.mark.parametrize(
    ("name", "body", "problem"),
    [
        ("logo.svg", SVG.replace(b"<path", b"<script>evil()</script><path"), "<script>"),
        ("logo.svg", SVG.replace(b"<path", b"<path onload='evil()'"), "onload"),
        ("logo.svg", SVG.replace(b"<path", b"<image href='https://evil.example/'/><path"), "other files"),
        ("logo.svg", b"<!DOCTYPE svg [<!ENTITY a 'b'>]>" + SVG, "DOCTYPE"),
        ("logo.svg", b"<html/>", "no SVG"),
        ("logo.svg", b"<svg", "no SVG"),
        ("logo.png", SVG, "no PNG"),
        ("logo.exe", SVG, "expected a file that ends in"),
        ("logo.png", b"\x89PNG\r\n" + b"x" * 20_000, "at most 20,000"),
    ],
)
def test_logo_is_refused_when_it_is_something_else(
    name: str, body: bytes, problem: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(body)

    with pytest.raises(ValueError, match=problem):
        files.logo_file(str(tmp_path / name))


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ("Support", "expected a list such as"),
        ('[{"zh": "客服", "url": "https://a.example"}]', "missing required field `en`"),
        ('[{"zh": "客服", "en": "Support", "url": "javascript:evil()"}]', "link 1: expected https://"),
        ('[{"zh": "客服", "en": "Support", "url": "mailto:a b"}]', "link 1"),
        ("[" + ",".join(['{"zh": "a", "en": "a", "url": "https://a.example"}'] * 9) + "]", "at most 8"),
    ],
)
def test_footer_links_are_refused_when_one_is_wrong(raw: str, problem: str) -> None:
    with pytest.raises(ValueError, match=re.escape(problem)):
        footer_links(raw)


def test_page_bears_logo_style_and_links_when_they_are_set(
    world: World, published: Callable[[], Path], tmp_path: Path, settings: Settings
) -> None:
    logo, style = tmp_path / "ours.svg", tmp_path / "ours.css"
    logo.write_bytes(SVG)
    style.write_text(".brand { text-transform: uppercase }", encoding="utf-8")
    settings.BRAND_LOGO, settings.BRAND_CSS, settings.BRAND_COLOUR = str(logo), str(style), "#07c160"
    settings.FOOTER_LINKS = footer_links('[{"zh": "客服", "en": "Support", "url": "https://help.example"}]')

    folder = published()

    page = (folder / "en/index.html").read_text(encoding="utf-8")
    (logo_path,) = re.findall(r'<img class="logo" src="([^"]+)"', page)
    (style_path,) = re.findall(r'href="(/assets/brand\.[^"]+)"', page)
    assert (folder / logo_path[1:]).read_bytes() == SVG
    published_style = (folder / style_path[1:]).read_text(encoding="utf-8")
    assert f"--link: {legible('#07c160').light}" in published_style
    assert "text-transform" in published_style
    assert '<a href="https://help.example">Support</a>' in page
    assert '<a href="https://help.example">客服</a>' in (folder / "index.html").read_text(encoding="utf-8")
