"""What the witnesses say, as facts: read from records, saved, told without secrets."""
