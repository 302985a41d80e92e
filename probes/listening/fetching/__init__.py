"""One polite visit to a page: whom it may ask, how fast, for how long, and what is let through."""
