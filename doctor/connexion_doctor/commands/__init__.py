"""Start commands: from words or shell text to the server inside, and edits of those words."""
