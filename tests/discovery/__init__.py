"""Tests of discovery: project files to launches."""
