"""Repeats as findings: which files are read, what rule a repeat breaks, and how findings are shown."""
