"""Opens traces: plain or gzipped files, or standard input, with every fault told by file and line."""

import gzip
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedIOBase, BufferedReader
from pathlib import Path
from typing import cast

from probes.vocabulary.traces import TraceError

STDIN = "-"
_CHUNK_BYTES = 1 << 16
_GZIP_MAGIC = b"\x1f\x8b"
_SUFFIXES = (".gz", ".jsonl", ".json", ".ndjson", ".csv")


class InputError(ValueError):
    """An input that cannot be opened or read; says which and why."""


def name_of(source: str) -> str:
    """The NAME of ``NAME.incidents.jsonl`` for a trace."""
    if source == STDIN:
        return "stdin"
    name = Path(source).name
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix)
    return name or Path(source).name


def size_of(source: str) -> int | None:
    """Bytes to read, for a progress bar; None where it cannot be known."""
    return None if source == STDIN else Path(source).stat().st_size


@contextmanager
def opened(source: str) -> Iterator[tuple[BufferedIOBase, BufferedIOBase]]:
    """The lines of a trace, and the raw file below whose position shows how far the reading is."""
    if source == STDIN:
        raw = cast("BufferedReader", sys.stdin.buffer)
        yield (gzip.GzipFile(fileobj=raw) if raw.peek(2)[:2] == _GZIP_MAGIC else raw), raw
        return
    try:
        raw = Path(source).open("rb")  # noqa: SIM115 - closed below; only opening may fail so
    except OSError as error:
        raise InputError(f"{source}: {error.strerror}") from error
    with raw:
        gzipped = raw.read(2) == _GZIP_MAGIC
        raw.seek(0)
        yield (gzip.GzipFile(fileobj=raw) if gzipped else raw), raw


def lines_of(file: BufferedIOBase, source: str) -> Iterator[bytes]:
    """The file's lines; a damaged archive is told as what it is."""
    number = 0
    try:
        for lines in _chunks(file):
            for line in lines:
                number += 1
                yield line
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise TraceError(source, number + 1, f"damaged gzip data: {error}") from error
    except OSError as error:
        raise InputError(f"{source}: {error.strerror}") from error


def _chunks(file: BufferedIOBase) -> Iterator[list[bytes]]:
    """Lines without their ends, as many as each read gave: far quicker than one by one out of an archive."""
    begun: list[bytes] = []  # the parts of a line whose end has not come yet
    while chunk := file.read1(_CHUNK_BYTES):
        lines = chunk.split(b"\n")
        if len(lines) > 1:
            lines[0] = b"".join([*begun, lines[0]])
            begun = [lines.pop()]
            yield lines
        else:
            begun.append(chunk)
    if last := b"".join(begun):
        yield [last]
