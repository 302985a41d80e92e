"""From the tables to one snapshot: the only wing that asks the database; it imports no other wing."""
