"""A release with a mistake: a column of ours is removed."""
