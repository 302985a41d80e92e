"""Notices of planned work that somebody pastes: when, and of what."""
