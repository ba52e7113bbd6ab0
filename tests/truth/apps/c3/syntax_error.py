"""A module that does not compile."""

app = (
