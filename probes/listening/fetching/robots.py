"""What a site's robots.txt asks of us, read by Protego as RFC 9309 says."""

import re
from dataclasses import dataclass

from protego import Protego

MOST_BYTES = 500_000  # RFC 9309 asks to read as much
_GROUP = re.compile(r"(?im)^([ \t]*user-agent[ \t]*:[ \t]*)([a-z_-]+)[^\r\n]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """The rules of one site and the name by which it knows us."""

    rules: Protego
    token: str

    def allows(self, url: str) -> bool:
        """Whether ``url`` may be fetched: the longest rule that fits decides, of two as long the kind one."""
        return self.rules.can_fetch(url, self.token)

    @property
    def delay_s(self) -> float:
        """Seconds between two requests; 0 where none are asked for."""
        return self.rules.crawl_delay(self.token) or 0.0


def read_robots(body: bytes, *, agent: str) -> Robots:
    """The rules for ``agent`` in a robots.txt: those of the groups that name it, else of those for all."""
    token = _token(agent)

    def group(named: re.Match[str]) -> str:
        # Protego takes "fog" for a name of Fogbreak, and "fogbreak/2" for another's.
        return named[1] + (token if _token(named[2]) == token else "another")

    text = body[:MOST_BYTES].decode("utf-8-sig", "replace")
    return Robots(rules=Protego.parse(_GROUP.sub(group, text)), token=token)


def _token(agent: str) -> str:
    """The product's name alone, as robots.txt names it: no version, no comment."""
    found = re.match("[A-Za-z_-]+", agent)
    return found[0].lower() if found else ""
