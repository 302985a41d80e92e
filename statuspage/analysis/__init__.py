"""Functional core: what observations mean. No Django, no clock, no input or output."""
