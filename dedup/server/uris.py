"""Paths of files as addresses, and back."""

from __future__ import annotations

import os

from pygls import uris


def uri_of(path: str) -> str:
    """Return the address of a file, an absolute path with slashes."""
    return uris.from_fs_path(path) or ""


def path_of(uri: str) -> str | None:
    """Return the path of a file, absolute and with slashes; None for what is no file."""
    if uris.uri_scheme(uri) != "file":
        return None
    path = uris.to_fs_path(uri)
    return None if path is None else os.path.abspath(path).replace(os.sep, "/")
