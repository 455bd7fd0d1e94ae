"""One module per right, all of the same shape."""
