"""Programs that make what stands in the documents."""
