"""Which files are read, and how they become readings."""
