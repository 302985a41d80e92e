"""Runs the live detector on recorded traces: reads them, writes what it would have published, explains and draws it."""
