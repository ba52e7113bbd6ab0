"""Edits: as text, as diffs, applied."""
