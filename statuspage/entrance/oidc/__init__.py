"""Logging in by OpenID Connect, where the site is set up for it."""
