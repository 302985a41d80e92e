"""Other monitors: what they post, by which rules it is read, and what is made of it."""
