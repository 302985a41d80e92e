"""Files that are published as they are: assets, and the script for other people's pages."""

from collections.abc import Iterator

from statuspage.public.assets import Asset, assets
from statuspage.public.headers import Kind
from statuspage.public.languages import CHINESE
from statuspage.public.render.drafts import Draft, Edition, Form


def file_drafts() -> Iterator[Draft]:
    """Assets under their changing names; and two scripts whose addresses never change.

    The widget reads the badges and the age of the page, so it is the same for every snapshot. The worker
    shows pushes; browsers know it by its address, and let it work for what lies beside and below it.
    """
    known = assets()
    for name, asset in known.items():
        if name != "worker":
            yield _draft(asset.path, asset, Kind.ASSET)
    yield _draft("/widget.js", known["widget"], Kind.FEED)
    yield _draft("/worker.js", known["worker"], Kind.PAGE)


def _draft(path: str, asset: Asset, kind: Kind) -> Draft:
    form = Form(name="file", content_type=asset.content_type, kind=kind, render=_body)
    return Draft(path=path.removeprefix("/"), form=form, page=asset, languages=(CHINESE,))


def _body(asset: Asset, edition: Edition) -> bytes:
    return asset.body
