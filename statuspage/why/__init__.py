"""Leads from a sentence on the page to the checks and reports that it rests on."""
