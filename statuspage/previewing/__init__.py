"""How a form of the admin would look in public, before it is saved: really done, looked at and undone."""
