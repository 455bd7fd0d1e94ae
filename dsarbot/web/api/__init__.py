"""/api/v1: what other systems ask for and do, with keys of their own, never with a cookie."""
