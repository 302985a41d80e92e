"""How old what is known may be before the page says that nobody knows; it needs no Django."""

from datetime import timedelta

# Without newer conclusions than this nobody may say how things stand.
BLIND_AFTER = timedelta(seconds=120)
# A page that is not renewed tells as little as one that is renewed without new conclusions.
STALE_AFTER_S = round(BLIND_AFTER.total_seconds())
