"""The second witness: what a launch serves, read from the project's files; nothing of them runs."""
