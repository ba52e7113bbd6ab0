"""Readings of the weather stations."""
