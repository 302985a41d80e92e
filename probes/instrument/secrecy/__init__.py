"""Nothing of a secret is kept: what a check sent, or what looks secret, is cut from what comes back."""
