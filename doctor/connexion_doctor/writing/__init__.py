"""A value in the language of the place that it is written into."""
