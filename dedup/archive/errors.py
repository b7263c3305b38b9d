"""What goes wrong with an archive: the one exception of this room."""


class ArchiveError(Exception):
    """An archive cannot be opened, read or written; the message says which one, why, and what to do."""
