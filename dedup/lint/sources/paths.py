"""Paths as reports show them, and faults of paths."""

import os


def reason(error: OSError) -> str:
    """Return why something could not be read, as the end of a sentence that begins with its name."""
    return f"could not be read: {error.strerror or error}"


def shown(path: str) -> str:
    """Return a path as reports show it: with slashes, and without "./" unless the file is called "-" or nothing."""
    path = path.replace(os.sep, "/")
    bare = path
    while bare.startswith("./"):
        bare = bare[2:].lstrip("/")
    return path if bare in ("", "-") else bare


def joined(root: str, path: str) -> str:
    """Return a path inside a folder as reports show it."""
    if not path:
        return root
    if root == ".":
        return shown(path)
    return root + path if root.endswith("/") else f"{root}/{path}"
