"""How the admin tells moments, by language; Django looks here first."""
