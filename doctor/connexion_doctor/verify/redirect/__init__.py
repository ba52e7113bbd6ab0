"""A folder for ``PYTHONPATH``: what is in it runs in the target interpreter, in front of a launch."""
