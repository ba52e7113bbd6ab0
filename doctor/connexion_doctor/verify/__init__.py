"""Verification: the launch booted for real on its server, asked over HTTP, and ended again."""
