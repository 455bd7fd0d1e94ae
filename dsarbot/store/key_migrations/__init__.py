"""Changes to the tables of the keys, in order."""
