"""How a project is started, read from its files. Nothing of it is run."""
