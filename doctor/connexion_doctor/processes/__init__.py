"""Processes: started, told to stop, ended with all that they started."""
