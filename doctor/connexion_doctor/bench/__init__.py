"""Starts of one app under load, side by side: how fast, how much memory, how soon up."""
