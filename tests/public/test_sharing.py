"""What a page shows of itself where its link is shared: pictures, icons and the manifest."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import urljoin

import pytest
from PIL import Image, ImageFont
from pytest_django import Settings

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from statuspage.public.publish.manifest import AGED, read_manifest
from statuspage.public.publish.publisher import write
from statuspage.public.read.snapshot import build
from statuspage.public.render import drawing, fonts, pictures
from statuspage.public.render.drawing import PictureTexts, drawn_picture, wrapped
from statuspage.public.render.headline import headline_of
from tests.support.public_rows import World, make_incident

OG_IMAGE = re.compile(r'<meta property="og:image" content="([^"]+)">')
# In no font.
UNWRITABLE = "\U000e0f00"


def link_of(page: Path) -> str:
    (link,) = OG_IMAGE.findall(page.read_text(encoding="utf-8"))
    return str(link)


def drawn(title: str, tone: str = "outage") -> bytes:
    texts = PictureTexts(title=title, under="12:00", site="Payment status")
    return drawn_picture(texts, tone=tone, colour="#b3261e", tint="#fdeeec")


def test_every_page_names_a_picture_that_is_published_when_its_link_is_shared(
    world: World, published: Callable[[], Path]
) -> None:
    for cause in Cause:
        make_incident(world, cause=cause)
    make_incident(world, lasted=timedelta(minutes=5))

    folder = published()

    pages = [page for page in folder.rglob("index.html") if "embed" not in page.parts]
    for page in pages:
        path = link_of(page).removeprefix("http://127.0.0.1:8000/").partition("?")[0]
        with Image.open(folder / path) as picture:
            assert (picture.size, picture.format) == ((1200, 630), "PNG"), page
    assert len(pages) > 20


def test_picture_of_an_open_incident_shows_another_address_when_its_title_changes(
    world: World, published: Callable[[], Path]
) -> None:
    incident = make_incident(world, cause=Cause.OUTAGE)
    page = f"incidents/{incident.public_id}/index.html"
    before = link_of(published() / page)

    incident.title_zh, incident.title_en = "另一个标题", "Another title"
    incident.save()

    assert link_of(published() / page) != before


def test_picture_shows_another_address_when_the_site_is_called_otherwise(
    world: World, published: Callable[[], Path], settings: Settings
) -> None:
    shown = make_incident(world, cause=Cause.OUTAGE)
    old = make_incident(world, ago=timedelta(days=30), lasted=timedelta(minutes=5))
    pages = [
        f"en/{folder}index.html"
        for folder in ("", "history/", f"incidents/{shown.public_id}/", f"incidents/{old.public_id}/")
    ]
    before = [link_of(published() / page) for page in pages]

    settings.SITE_NAME_EN = "Shop status"

    after = [link_of(published() / page) for page in pages]
    assert all(one != other for one, other in zip(before, after, strict=True))


def test_pictures_stay_the_files_that_they_are_when_only_time_passes(world: World, tmp_path: Path) -> None:
    make_incident(world, cause=Cause.OUTAGE)
    snapshot = build(world.now)
    files = "share/now.png", "en/share/now.png", "favicon.ico", ".aged/share/now.png"

    write(snapshot, tmp_path)
    before = [(tmp_path / "current" / file).stat().st_ino for file in files]
    write(replace(snapshot, at=snapshot.at + timedelta(seconds=15)), tmp_path)

    assert [(tmp_path / "current" / file).stat().st_ino for file in files] == before


def test_old_page_has_a_picture_of_its_own_when_it_claims_to_know_nothing(
    world: World, published: Callable[[], Path]
) -> None:
    folder = published()

    fresh, old = folder / "share/now.png", folder / f"{AGED[1:]}/share/now.png"

    assert fresh.read_bytes() != old.read_bytes()
    assert link_of(folder / f"{AGED[1:]}/index.html") == f"{link_of(folder / 'index.html')}-old"


def test_old_page_of_an_open_incident_says_so_in_its_title_and_its_picture(
    world: World, published: Callable[[], Path]
) -> None:
    incident = make_incident(world, cause=Cause.OUTAGE)
    folder = published()
    picture, page = (f"share/incident-{incident.public_id}.png", f"incidents/{incident.public_id}/index.html")
    aged = folder / AGED[1:]

    assert (aged / picture).read_bytes() != (folder / picture).read_bytes()
    assert link_of(aged / page) == f"{link_of(folder / page)}-old"
    assert "<title>目前情况不明。最后所知：" in (aged / page).read_text()
    assert "<title>目前情况不明。最后所知：" in (aged / "components/fenfu-qr/index.html").read_text()


def test_only_the_newest_of_recent_incidents_have_their_own_picture_when_there_are_many(world: World) -> None:
    open_one = make_incident(world, cause=Cause.OUTAGE)
    (view,) = build(world.now).incidents
    over = replace(view, id="over", resolved_at=world.now - timedelta(days=1))
    long_over = replace(view, id="long-over", resolved_at=world.now - timedelta(days=8))
    many = [replace(over, id=str(number)) for number in range(100)]

    chosen = pictures.with_own_picture([view, long_over, over, *many], world.now)

    assert [incident.id for incident in chosen[:3]] == [open_one.public_id, "over", "0"]
    assert len(chosen) == pictures.MOST_OWN


def test_picture_is_one_without_words_when_no_font_has_a_character() -> None:
    assert drawn(f"{UNWRITABLE} one") == drawn(f"another {UNWRITABLE}")
    assert drawn(f"{UNWRITABLE} one") != drawn(f"{UNWRITABLE} one", tone="unknown")


@pytest.fixture
def with_fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Lets this machine have these files for fonts, and no others, as a process finds them that begins."""

    def forget() -> None:
        fonts.known_faces.cache_clear()
        drawn_picture.cache_clear()

    def have(*files: Path) -> None:
        monkeypatch.setattr(fonts, "_files", lambda: iter(str(file) for file in files))
        forget()

    yield have
    monkeypatch.undo()
    forget()


@pytest.fixture
def latin_font(tmp_path: Path) -> Path:
    file = tmp_path / "latin.ttf"
    font = ImageFont.load_default(30)
    assert isinstance(font, ImageFont.FreeTypeFont)
    assert isinstance(font.path, BytesIO)
    file.write_bytes(font.path.getvalue())
    return file


@pytest.mark.parametrize("name", ["wqy-broken.ttc", "broken.ttf"])
def test_next_font_is_taken_when_one_is_broken(
    name: str, with_fonts: Callable[..., None], latin_font: Path, tmp_path: Path
) -> None:
    broken = tmp_path / name
    broken.write_bytes(b"")
    with_fonts(broken)
    wordless = drawn("Payments work")

    with_fonts(broken, latin_font)

    assert drawn("Payments work") != wordless


def test_picture_is_one_without_words_when_the_font_went_since_it_was_found(
    with_fonts: Callable[..., None], latin_font: Path
) -> None:
    with_fonts()
    wordless = drawn("Payments work")
    with_fonts(latin_font)
    fonts.known_faces()
    latin_font.unlink()

    assert drawn("Payments work") == wordless


def test_pictures_are_drawn_anew_at_another_address_when_a_font_was_installed(
    with_fonts: Callable[..., None], latin_font: Path, world: World, published: Callable[[], Path]
) -> None:
    with_fonts()
    folder = published()
    before = (folder / "en/share/now.png").read_bytes(), link_of(folder / "en/index.html")

    with_fonts(latin_font)
    folder = published()

    after = (folder / "en/share/now.png").read_bytes(), link_of(folder / "en/index.html")
    assert all(new != old for new, old in zip(after, before, strict=True))


def test_font_is_not_taken_for_one_that_has_chinese_when_it_shows_boxes() -> None:
    latin = ImageFont.load_default(30)

    assert isinstance(latin, ImageFont.FreeTypeFont)
    assert fonts.has_all(latin, "Payment status")
    assert not fonts.has_all(latin, "支付状态")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param(
            "零钱、银行卡支付：系统故障", ["零钱、银行", "卡支付：系", "统故障"], id="Chinese anywhere"
        ),
        pytest.param("Cards are down", ["Cards are", "down"], id="words whole"),
        pytest.param("Wallet", ["Wallet"], id="one line"),
        pytest.param("a" * 31, None, id="too long"),
    ],
)
def test_title_breaks_where_its_script_does_when_it_is_long(text: str, lines: list[str] | None) -> None:
    class Square(ImageFont.FreeTypeFont):
        """As wide as it has characters, Chinese ones twice."""

        def __init__(self) -> None:
            pass

        def getlength(self, text: str, *_: object, **__: object) -> float:  # type: ignore[override]
            return float(sum(1 if character < "\u2e80" else 2 for character in text))

    assert wrapped(text, Square(), 10, 3) == lines


@pytest.mark.parametrize("title", ["", "…", "支" * 400, "word " * 300, "x" * 500])
def test_picture_is_drawn_when_a_title_is_as_long_or_short_as_it_likes(title: str) -> None:
    with Image.open(BytesIO(drawn(title))) as picture:
        assert picture.size == (drawing.WIDTH, drawing.HEIGHT)


def test_icons_are_where_browsers_look_for_them_when_a_site_is_published(
    world: World, published: Callable[[], Path]
) -> None:
    folder = published()

    with Image.open(folder / "favicon.ico") as icon:
        assert icon.info["sizes"] == {(16, 16), (32, 32), (48, 48)}
    with Image.open(folder / "apple-touch-icon.png") as icon:
        assert icon.size == (180, 180)
        assert icon.convert("RGBA").getpixel((0, 0)) == (0xFA, 0xF9, 0xF6, 255)


@pytest.mark.parametrize(("root", "name"), [("", "支付状态"), ("en/", "Payment status")])
def test_manifest_names_the_site_and_its_icons_when_it_is_installed(
    root: str, name: str, world: World, published: Callable[[], Path]
) -> None:
    folder = published()

    manifest = json.loads((folder / root / "manifest.webmanifest").read_bytes())

    assert (manifest["name"], manifest["display"]) == (name, "standalone")
    for icon in manifest["icons"]:
        path = urljoin(f"/{root}manifest.webmanifest", icon["src"])
        with Image.open(folder / path[1:]) as picture:
            assert icon["sizes"] == "{}x{}".format(*picture.size)


def test_pictures_are_not_packed_again_when_they_are_published(
    world: World, published: Callable[[], Path]
) -> None:
    manifest = read_manifest(published().parent)

    assert manifest is not None
    packed = {entry.path: entry.encodings for entry in manifest.entries if entry.path.endswith(".png")}
    assert packed["/share/now.png"] == ()


def test_picture_says_what_the_page_says_first_when_it_is_made(world: World) -> None:
    make_incident(world, cause=Cause.RISK_CONTROL)
    verdict = headline_of(build(world.now))

    picture = pictures.picture_of_now(verdict)

    assert (picture.tone, picture.title) == ("risk_control", verdict.headline)
    site_name = Bilingual("支付状态", "Payment status")
    assert replace(picture, tone="outage").mark(site_name) != picture.mark(site_name)
