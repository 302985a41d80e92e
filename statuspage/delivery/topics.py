"""What somebody can ask to be told of: the end of one incident, or whatever is with one component."""

import re
from dataclasses import dataclass
from enum import StrEnum

_WRITTEN = re.compile(r"(?P<kind>incident|component)/(?P<name>[A-Za-z0-9_-]{1,100})")


class TopicKind(StrEnum):
    """Of what."""

    INCIDENT = "incident"
    COMPONENT = "component"


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """``name`` is an incident's public id, or a component's slug."""

    kind: TopicKind
    name: str

    def __str__(self) -> str:
        return f"{self.kind.value}/{self.name}"


def read_topic(text: str) -> Topic:
    """A topic as pages write it; ValueError where it is none."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError("expected incident/ID or component/SLUG")
    return Topic(kind=TopicKind(found["kind"]), name=found["name"])
