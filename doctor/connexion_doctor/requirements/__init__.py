"""What a start asks to be installed: manifests, lock files, specifiers."""
