"""Fixtures that every test may use."""

import os

os.environ.setdefault("DEBUG", "1")
