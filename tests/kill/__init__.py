"""The service is killed at random points, and its servers with it; then the checker looks at what is left."""
