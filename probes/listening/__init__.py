"""Listening: finds posts on the web, reads what they complain of, and keeps nobody's name."""
