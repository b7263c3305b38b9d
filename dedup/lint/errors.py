"""What stops a run, or a file from being read: every exception whose message is shown to the user."""


class LintError(ValueError):
    """Something that was asked for cannot be done; the message says what, where and why."""


class ConfigurationError(LintError):
    """A configuration that cannot be used: the message names the key, its value, the file and what is allowed."""


class PathError(LintError):
    """A path on the command line that cannot be read as a document: it does not exist, or holds data."""


class GitError(LintError):
    """Git is not installed, or cannot answer."""


class AllowError(LintError):
    """The file with passages that may be repeated cannot be read."""


class BaselineError(LintError):
    """A file is not a baseline."""


class UndecodableError(LintError):
    """Bytes that are not text in the encoding that was tried.

    Attributes
    ----------
    offset
        The byte where decoding failed, counted from the start of the file.
    readable
        The text before that byte.
    """

    def __init__(self, message: str, offset: int, readable: str) -> None:
        """Keep where decoding failed; `message` continues a sentence that begins with the name of the file."""
        super().__init__(message)
        self.offset = offset
        self.readable = readable
