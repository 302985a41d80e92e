"""Learns from good answers what an address usually gives; another page becomes usual when it stays."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median

from probes.instrument.gateways.page_shapes import PageShape

# Good answers before anything is called usual.
ENOUGH = 20
# A shape that fewer of them have may be a mishap.
LEAST_SHARE = 0.25
# With more headings than these the heading changes by itself.
MOST_HEADINGS = 3
# Shapes that are usual at the same time; those before a change stay, for it may be taken back.
MOST_USUAL = 5
# No outage is known to have shown the same other page for so long; what stays longer is a new page.
LASTING = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualPages:
    """What is known of an address.

    ``seen`` are the shapes of good answers while too few are known; ``usual`` is empty until then. ``other``
    is what came instead of the usual ever since ``other_since``, ``others`` times.
    """

    usual: tuple[PageShape, ...] = ()
    seen: tuple[PageShape, ...] = ()
    other: PageShape | None = None
    other_since: datetime | None = None
    others: int = 0

    def with_answer(self, shape: PageShape, at: datetime) -> "UsualPages":
        """What is known after one more answer that was good, but for its shape where that is not usual."""
        if not self.usual:
            return self._learning(shape)
        if any(usual.fits(shape) for usual in self.usual):
            return UsualPages(usual=self.usual)
        return self._with_other(shape, at)

    def accepting(self) -> "UsualPages":
        """What is known once somebody said that what comes now is good."""
        if self.other is None:
            return self
        return UsualPages(usual=(self.other, *self.usual)[:MOST_USUAL])

    def _learning(self, shape: PageShape) -> "UsualPages":
        seen = (*self.seen, shape)[-ENOUGH:]
        usual = common_shapes(seen) if len(seen) == ENOUGH else ()
        return UsualPages(usual=usual) if usual else UsualPages(seen=seen)

    def _with_other(self, shape: PageShape, at: datetime) -> "UsualPages":
        if self.other is None or self.other_since is None or not self.other.fits(shape):
            return replace(self, other=shape, other_since=at, others=1)
        after = replace(self, others=self.others + 1)
        lasts = at - self.other_since >= LASTING and after.others >= ENOUGH
        return after.accepting() if lasts else after


def common_shapes(seen: tuple[PageShape, ...]) -> tuple[PageShape, ...]:
    """The shapes that are common among ``seen``, the commonest first; none where no kind has the majority."""
    kind, count = Counter(shape.kind for shape in seen).most_common(1)[0]
    if count * 2 <= len(seen):
        return ()
    alike = [shape for shape in seen if shape.kind == kind]
    headings = Counter(shape.heading for shape in alike)
    if len(headings) > MOST_HEADINGS:
        return (_middle(alike, None),)
    return tuple(
        _middle([shape for shape in alike if shape.heading == heading], heading)
        for heading, number in headings.most_common()
        if number >= LEAST_SHARE * len(seen)
    )


def _middle(shapes: list[PageShape], heading: str | None) -> PageShape:
    length = int(median(shape.length for shape in shapes))
    return PageShape(kind=shapes[0].kind, heading=heading, length=length)
