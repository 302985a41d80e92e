"""A harness that breaks a running site, part by part, and looks whether it heals by itself."""
