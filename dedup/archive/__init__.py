"""Documents on disk, with an index of their passages."""
