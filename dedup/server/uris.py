"""Paths of files as addresses, and back; and addresses of texts that are in no file."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from pygls import uris
from xxhash import xxh3_64_hexdigest

from dedup.lint.findings import Location
from dedup.lint.published import SCHEME

Address = Callable[[Location], str]
"""Returns the address of what a place is in."""

_UNUSUAL: Final = re.compile(r"[^\w.-]+")


def uri_of(path: str) -> str:
    """Return the address of a file, an absolute path with slashes."""
    return uris.from_fs_path(path) or ""


def path_of(uri: str) -> str | None:
    """Return the path of a file, absolute and with slashes; None for what is no file."""
    if uris.uri_scheme(uri) != "file":
        return None
    path = uris.to_fs_path(uri)
    return None if path is None else os.path.abspath(path).replace(os.sep, "/")


class Addresses:
    """Addresses of what places are in. A text of an archive is in no file that is here, so it is written to one.

    folder : where such files are written
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def __call__(self, place: Location) -> str:
        """Return the address of what a place is in."""
        if not place.path.startswith(SCHEME):
            return uri_of(place.path)
        text = place.source.text.encode("utf-8", "replace")
        name = _UNUSUAL.sub("-", place.path.rpartition("/")[2].removeprefix(SCHEME))[-100:].lstrip(".") or "text"
        path = Path(self._folder, xxh3_64_hexdigest(text), name)
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text)
        return uri_of(path.as_posix())
