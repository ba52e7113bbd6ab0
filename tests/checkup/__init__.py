"""The doctor as a process, in real environments: its command line, its reports, hostile apps."""
