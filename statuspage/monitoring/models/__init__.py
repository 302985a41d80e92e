"""What is watched, measured and heard: rows, constraints and nothing else."""

from statuspage.monitoring.models.codes import CodeRule, UnmappedAnswer
from statuspage.monitoring.models.heard import Report, ReportQuota, Source, Voices
from statuspage.monitoring.models.measured import (
    CheckBlock,
    CheckResult,
    CheckTotal,
    DurationTotal,
    Grain,
    MinuteCounts,
    Rollup,
)
from statuspage.monitoring.models.pages import UsualPage
from statuspage.monitoring.models.progress import Dispatch, Progress
from statuspage.monitoring.models.watched import (
    Component,
    ComponentGroup,
    Endpoint,
    Named,
    Persona,
    Probe,
    Vantage,
)

__all__ = [
    "CheckBlock",
    "CheckResult",
    "CheckTotal",
    "CodeRule",
    "Component",
    "ComponentGroup",
    "Dispatch",
    "DurationTotal",
    "Endpoint",
    "Grain",
    "MinuteCounts",
    "Named",
    "Persona",
    "Probe",
    "Progress",
    "Report",
    "ReportQuota",
    "Rollup",
    "Source",
    "UnmappedAnswer",
    "UsualPage",
    "Vantage",
    "Voices",
]
