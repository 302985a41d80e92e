"""Which version of Fogbreak this is."""

from importlib.metadata import PackageNotFoundError, version


def fogbreak_version() -> str:
    """The installed one; a checkout that is not installed is the one that is being written."""
    try:
        return version("fogbreak")
    except PackageNotFoundError:
        return "0.1.0"
