"""How the pretended platform signs its answers, so that whoever verifies them can be put to the test."""

from dataclasses import dataclass
from enum import StrEnum


class SignedBy(StrEnum):
    """Which of the platform's keys signs."""

    ASKED = "asked"  # the one that the request names; its certificate where it names none
    CERTIFICATE = "certificate"
    PUBLIC_KEY = "public_key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """What the platform may do with its keys and its clock; by default nothing out of the ordinary.

    ``rotated``: a new certificate signs. ``signtest``: every answer is signed wrongly on purpose.
    ``clock_off_s``: by how many seconds its clock is ahead of ours, ``stamp_off_s`` by how many only the
    moment of its signatures is; ``lenient`` lets it take requests of any moment. Without ``certificates`` it
    has none to give, as for a merchant of the public-key mode.
    """

    signed_by: SignedBy = SignedBy.ASKED
    rotated: bool = False
    signtest: bool = False
    clock_off_s: int = 0
    stamp_off_s: int = 0
    lenient: bool = False
    certificates: bool = True
