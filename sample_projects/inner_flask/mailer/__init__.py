"""Sends the newsletters and keeps count of what went out."""
