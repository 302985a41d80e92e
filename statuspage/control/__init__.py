"""The control room: the admin's first page, from which whoever is on duty sees all and decides."""
