"""Tells programs and group chats: one file for each kind, with its message and what its answers mean."""
