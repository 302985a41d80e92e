"""How the admin tells moments in this language."""
