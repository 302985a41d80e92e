"""From a page's bytes to its posts: HTML, feeds and JSON, character sets and written times."""
