"""Settings and an empty database of a benchmark's own, and what a step costs there."""

import os
import platform
import resource
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of a table: what was measured, as it is told, what is to be reached, and whether it was."""

    name: str
    measured: str
    goal: str = ""
    reached: bool = True


def begin(folder: Path, *, database: str = "") -> None:
    """Set Django up on an empty SQLite file in ``folder``, or on ``database``. Once in a process."""
    for name in ("BROKER_URL", "SITE_URL", "FOGBREAK_DEMO", "DEBUG"):
        os.environ.pop(name, None)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "statuspage.settings",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "VAR_DIR": str(folder),
        "DATABASE_URL": database or f"sqlite:///{folder / 'bench.sqlite3'}",
        "SNAPSHOT_DIR": str(folder / "snapshot"),
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def cpu() -> float:
    """CPU seconds, user and system, of this process so far: other load on the machine moves them little."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def cost(step: Callable[[], object]) -> float:
    """CPU seconds of one step."""
    before = cpu()
    step()
    return cpu() - before


def table(title: str, figures: list[Figure]) -> str:
    """The figures below a line with the date and the machine."""
    width = max(len(figure.name) for figure in figures)
    lines = [f"{title} · {datetime.now(tz=UTC):%Y-%m-%d %H:%M} UTC · {machine()}"]
    for figure in figures:
        mark = "" if figure.reached else "  (not reached)"
        lines.append(f"{figure.name:<{width}}  {figure.measured:>14}  {figure.goal}{mark}")
    return "\n".join(lines)


def machine() -> str:
    """What it ran on, in a few words."""
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
