"""The target interpreter and what is installed in it."""
