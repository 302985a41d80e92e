#!/usr/bin/env python
"""Django's command line."""

import os
import sys

SITELESS = {
    "backtest",
    "classify_reports",
    "train_reports",
}  # tools that read files and need no configured site


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statuspage.settings")
    if SITELESS & set(sys.argv[1:2]):
        os.environ.setdefault("SECRET_KEY", "nothing-is-ever-signed-by-this-command-it-reads-files")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import connection
    from django.db.utils import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit("\n".join(f"fogbreak: {line}" for line in str(error).splitlines()))
    except OperationalError as error:
        if connection.connection is not None:
            raise
        sys.exit(f"fogbreak: the database that DATABASE_URL names cannot be used: {str(error).strip()}")


if __name__ == "__main__":
    main()
