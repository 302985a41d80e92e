"""Brings over what another status page or monitor knew: one reader for each tool, and one writer."""
