"""What goes wrong with a corpus."""


class CorpusError(Exception):
    """A corpus cannot be read, or its result cannot be written. The message says where and what to do."""
