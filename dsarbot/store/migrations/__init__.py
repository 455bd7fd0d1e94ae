"""Changes to the tables, in order. Applied by `dsarbot db upgrade`, or at once to an empty database."""
