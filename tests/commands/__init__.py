"""Tests of start commands."""
