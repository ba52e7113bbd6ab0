"""A module that cannot be imported."""

raise RuntimeError("DATABASE_URL is not set")
