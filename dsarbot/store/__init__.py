"""Where facts are kept: tables, journal, vault, keys. Tortoise lives here and nowhere else."""
