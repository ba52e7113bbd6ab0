"""JSON Schemas of what the doctor writes and reads."""
