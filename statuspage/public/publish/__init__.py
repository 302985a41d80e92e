"""From drafts to a folder that is switched in one step, and to its mirror."""
