"""One module per server, the part of it that runs in the target interpreter.

Each has ``prepare(launch) -> Prepared``: read the arguments and the configuration with the server's own
code, and say how that server loads its target and how it calls what it loaded.
"""
