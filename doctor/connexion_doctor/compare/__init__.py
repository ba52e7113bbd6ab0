"""Two launches asked the same, and what a client sees differ between them."""
