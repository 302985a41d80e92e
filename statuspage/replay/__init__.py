"""Runs the live detector on recorded traces: reads, answers, explains and draws."""
