"""From what was measured and heard to what the public sees: loads, judges, records; one writer at a time."""

from statuspage.pipeline.backfilling import backfill
from statuspage.pipeline.going_back import set_right
from statuspage.pipeline.turns import PipelineResult, advance

__all__ = ["PipelineResult", "advance", "backfill", "set_right"]
