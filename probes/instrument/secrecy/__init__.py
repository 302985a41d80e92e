"""Nothing of a secret is kept: what a check sent, and what looks like somebody's, is cut from all that comes back."""
