"""The rules: functions from facts to findings, their docstrings the pages about them."""
