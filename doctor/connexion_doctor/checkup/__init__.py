"""A checkup: the order of things, from options to the report."""
