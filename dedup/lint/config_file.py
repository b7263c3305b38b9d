"""Configuration files: the table ``[tool.dedup]`` of the nearest pyproject.toml, or a dedup.toml."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Final

from dedup.lint.config import KEYS, Config
from dedup.lint.config_values import toml, toml_key
from dedup.lint.errors import ConfigurationError

FILES: Final = ("dedup.toml", "pyproject.toml")
"""The names of configuration files. Of several in a folder, the first that configures dedup is used."""


def find(folder: str) -> Config:
    """Return the configuration of the nearest file, from a folder upwards; the defaults if there is none.

    A pyproject.toml without ``[tool.dedup]`` does not count. The search ends at the root of a git repository.

    Raises
    ------
    ConfigurationError
        The file cannot be read, or holds something that is not allowed.
    """
    folder = os.path.realpath(folder)
    while True:
        for name in FILES:
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                table = _table(path)
                if table is not None:
                    return _config(path, table)
        above = os.path.dirname(folder)
        if above == folder or os.path.lexists(os.path.join(folder, ".git")):
            return Config()
        folder = above


def load(path: str) -> Config:
    """Return the configuration of one file: the table ``[tool.dedup]`` of a pyproject.toml, or the whole of any other.

    Raises
    ------
    ConfigurationError
        The file cannot be read, has no such table, or holds something that is not allowed.
    """
    table = _table(path)
    if table is None:
        raise ConfigurationError(f"there is no table [tool.dedup] ({path})")
    return _config(path, table)


def _table(path: str) -> dict[str, Any] | None:
    in_project = os.path.basename(path) == "pyproject.toml"
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise ConfigurationError(f"{path}: could not be read: {error.strerror or error}") from None
    if in_project and b"dedup" not in data:  # most projects: saves 3 ms, the import of tomllib
        return None
    import tomllib

    try:
        whole = tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"{path}: invalid TOML: {error}") from None
    if not in_project:
        return whole
    tool = whole.get("tool", {})
    table = tool.get("dedup") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ConfigurationError(f"tool.dedup = {toml(table)} is not allowed; allowed: a table ({path})")
    return table


def _config(path: str, table: Mapping[str, Any]) -> Config:
    """Return the configuration of a table that stands in a file."""
    values = {}
    for name, value in table.items():
        try:
            if name not in KEYS:
                raise _unknown(name)
            values[KEYS[name].field] = KEYS[name].kind.read(name, value)
        except ConfigurationError as error:
            raise ConfigurationError(f"{error} ({path})") from None
    root = os.path.dirname(os.path.abspath(path))
    for field in ("baseline", "allow"):
        if field in values:
            values[field] = os.path.join(root, values[field])
    if "archive" in values and "://" not in values["archive"]:
        values["archive"] = os.path.join(root, values["archive"])
    return Config(**values, root=root, sources=dict.fromkeys(table, path))


def _unknown(name: str) -> ConfigurationError:
    from difflib import get_close_matches

    near = get_close_matches(name.replace("_", "-"), KEYS, n=1)
    advice = f"did you mean {near[0]}?" if near else f"allowed: {', '.join(KEYS)}"
    return ConfigurationError(f"{toml_key(name)} is an unknown key; {advice}")
