"""Gets the demo's data ready: tables, static files, a login and the catalog of the pretend world."""

from io import StringIO
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command

import probes.simulator
from statuspage.demo.places import kept_secret

CATALOG = Path(probes.simulator.__file__).parent / "catalog.toml"
LOGIN = "demo"


def make_tables() -> None:
    """Bring the database to the newest schema."""
    call_command("migrate", interactive=False, verbosity=0)


def static_files_are_stale() -> bool:
    """Whether static files have to be collected: some are missing, or newer than the last collection."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.exists():
        return True
    made = manifest.stat().st_mtime
    folders = settings.BASE_DIR.glob("statuspage/**/static")
    sources = [settings.BASE_DIR / "requirements.lock", *folders]
    files = [file for source in sources for file in (source, *source.rglob("*")) if file.is_file()]
    return any(file.stat().st_mtime > made for file in files)


def make_login() -> str:
    """The administrator of the demo, whose password is random and stays the same; gives the password."""
    password = kept_secret(settings.VAR_DIR / "demo-password", bytes_of_chance=9)
    users = get_user_model().objects
    user, _ = users.get_or_create(username=LOGIN, defaults={"is_staff": True, "is_superuser": True})
    if not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])
    return password


def load_catalog() -> None:
    """What the demo watches; the environment must name the simulator's ports and keys."""
    call_command("sync_catalog", str(CATALOG), stdout=StringIO())
