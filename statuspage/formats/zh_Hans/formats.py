"""Moments to the second, with how far the site's zone is from UTC: in both languages alike."""

DATETIME_FORMAT = "Y-m-d H:i:s O"
