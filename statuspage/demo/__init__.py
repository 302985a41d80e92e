"""The demo: a pretend payment world, the engine that watches it and the page, all from one command."""
