"""Which findings are reported: rules in and out, comments, the baseline, places."""
