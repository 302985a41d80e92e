"""Families with a series for each probe: written line by line and kept compressed.

The library makes an object and a dictionary of every sample and holds them all: of ten thousand probes that
takes seconds and hundreds of megabytes. Here a line is text at once, and lies compressed until it is sent.
"""

import gzip
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from prometheus_client.core import Metric, Sample
from prometheus_client.parser import text_string_to_metric_families

# Of lines that are much alike; the next levels take twice as long to save a third.
LEVEL = 1
LEVEL_OF_OTHERS = 5
LINES_AT_ONCE = 500
# For zlib: a gzip member, window of 32 kB.
_GZIP = 16 + zlib.MAX_WBITS


class WrittenFamily(Metric):
    """A family whose samples are written; ``packed`` are its lines as a member of a gzip file.

    Gzip files may be put one behind the other (RFC 1952, 2.2), so that an answer is made of these.
    """

    def __init__(self, name: str, documentation: str, kind: str, lines: Iterable[str]) -> None:
        self.name, self.documentation, self.type, self.unit = name, documentation, kind, ""
        self.packed = _packed(lines)

    @property
    def samples(self) -> list[Sample]:  # type: ignore[override]  # elsewhere they lie there, and may be set
        """Each of them, for whoever wants to look at them one by one."""
        families = text_string_to_metric_families(self.header(open_metrics=False) + self.text().decode())
        return [sample for family in families for sample in family.samples]

    def header(self, *, open_metrics: bool) -> str:
        """What comes before its lines; the older form calls a counter by the name of its samples."""
        name = self.name if open_metrics or self.type != "counter" else f"{self.name}_total"
        return f"# HELP {name} {self.documentation}\n# TYPE {name} {self.type}\n"

    def text(self) -> bytes:
        """Its lines."""
        return gzip.decompress(self.packed)


def _packed(lines: Iterable[str]) -> bytes:
    press = zlib.compressobj(LEVEL, zlib.DEFLATED, _GZIP)
    waiting: list[str] = []
    parts: list[bytes] = []
    for line in lines:
        waiting.append(line)
        if len(waiting) == LINES_AT_ONCE:
            parts.append(press.compress("".join(waiting).encode()))
            waiting.clear()
    parts += [press.compress("".join(waiting).encode()), press.flush()]
    return b"".join(parts)


def labels_as_text(names: Sequence[str], values: Iterable[str]) -> str:
    """Labels as they stand between a sample's braces."""
    return ",".join([f'{name}="{quoted(value)}"' for name, value in zip(names, values, strict=True)])


@lru_cache(maxsize=4096)
def quoted(value: str) -> str:
    """A label's value as it may stand between quotation marks."""
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def split(families: Iterable[Metric]) -> tuple[list[Metric], list[WrittenFamily]]:
    """The families that the library writes, and those that are written."""
    usual: list[Metric] = []
    written: list[WrittenFamily] = []
    for family in families:
        if isinstance(family, WrittenFamily):
            written.append(family)
        else:
            usual.append(family)
    return usual, written


END = b"# EOF\n"


def answer(usual: bytes, written: Sequence[WrittenFamily], *, open_metrics: bool) -> Iterator[bytes]:
    """The parts of a plain answer; ``usual`` is what the library wrote of the others."""
    yield usual.removesuffix(END) if open_metrics else usual
    for family in written:
        yield family.header(open_metrics=open_metrics).encode() + family.text()
    if open_metrics:
        yield END


def gzipped_answer(usual: bytes, written: Sequence[WrittenFamily], *, open_metrics: bool) -> Iterator[bytes]:
    """The same, each part a member of a gzip file."""
    yield gzip.compress(usual.removesuffix(END) if open_metrics else usual, LEVEL_OF_OTHERS, mtime=0)
    for family in written:
        yield gzip.compress(family.header(open_metrics=open_metrics).encode(), LEVEL_OF_OTHERS, mtime=0)
        yield family.packed
    if open_metrics:
        yield gzip.compress(END, LEVEL_OF_OTHERS, mtime=0)
