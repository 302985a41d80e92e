"""Folders of snapshots are used again: what is published must be whole all the same."""

import gzip
import hashlib
from datetime import timedelta
from pathlib import Path

import brotli

from probes.vocabulary.states import ComponentState
from statuspage.public.publish.manifest import MANIFEST, file_name, read_manifest
from statuspage.public.publish.publisher import write
from statuspage.public.read.snapshot import build
from tests.support.public_rows import World, make_announcement, make_incident, set_state


def files(folder: Path) -> dict[str, bytes]:
    """Everything in a folder but the manifest."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def test_snapshot_is_whole_when_its_folder_was_used_before(world: World, tmp_path: Path) -> None:
    used, new = tmp_path / "used", tmp_path / "new"
    retired = world.components["card-checkout"]
    for turn in range(6):
        if turn % 2:
            set_state(world, "fenfu-qr", ComponentState.MAJOR)
            make_incident(world, ago=timedelta(minutes=turn))
        else:
            set_state(world, "fenfu-qr", ComponentState.OPERATIONAL)
        make_announcement(world, title_en=f"Notice {turn}")
        type(retired).objects.filter(pk=retired.pk).update(retired=turn >= 4)
        write(build(world.now + timedelta(seconds=15 * turn)), used)

    write(build(world.now + timedelta(seconds=75)), new)

    found, manifest = files(used / "current"), read_manifest(used)
    assert manifest is not None
    assert found.keys() == files(new / "current").keys()
    for entry in manifest.entries:
        body = found[file_name(entry.path)]
        assert hashlib.blake2b(body, digest_size=9).hexdigest() == entry.etag
        if entry.encodings:
            assert gzip.decompress(found[f"{file_name(entry.path)}.gz"]) == body
            assert brotli.decompress(found[f"{file_name(entry.path)}.br"]) == body
    assert "components/card-checkout/index.html" not in found


def test_files_are_compressed_unless_they_fit_into_a_packet(world: World, tmp_path: Path) -> None:
    entries = write(build(world.now), tmp_path).by_path()

    assert entries["/en/"].encodings == ("br", "gz")
    assert entries["/en/components/fenfu-qr/history.atom"].encodings == ()


def test_older_snapshots_stay_as_they_are_when_newer_ones_share_files(world: World, tmp_path: Path) -> None:
    write(build(world.now), tmp_path)
    first = (tmp_path / "current").resolve()
    before = files(first)
    make_incident(world)

    write(build(world.now + timedelta(seconds=15)), tmp_path)

    assert files(first) == before
    assert files(tmp_path / "current") != before
