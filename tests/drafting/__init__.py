"""Tests of templates of words."""
