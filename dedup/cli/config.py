"""``dedup config``: what is in force, and where it comes from."""

import os
from collections.abc import Iterator

import click

from dedup.cli.output import write
from dedup.lint.config import DEFAULT, KEYS, Config, ConfigurationError, find, load


@click.command("config")
@click.option("--config", "path", metavar="FILE", help="Read this file, and look for no other.")
@click.option("--isolated", is_flag=True, help="Look for no file.")
def command(path: str | None, isolated: bool) -> None:
    """Show the configuration in force, as TOML, and where each value comes from."""
    write(_shown(chosen(path, isolated)))


def chosen(path: str | None, isolated: bool, select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()) -> Config:
    """The configuration that these options ask for, of the working folder. Rules that are named replace those of a
    file.

    Raises `click.UsageError` where it cannot be used.
    """
    if path is not None and isolated:
        raise click.UsageError("--config and --isolated exclude each other.")
    try:
        config = Config() if isolated else find(os.getcwd()) if path is None else load(path)
        return config.with_rules(select, ignore)
    except ConfigurationError as error:
        raise click.UsageError(str(error)) from error


def _shown(config: Config) -> Iterator[str]:
    import json

    for key in KEYS:
        value = getattr(config, key.replace("-", "_"))
        if value is None:
            yield f"# {key} is not set\n"
            continue
        if isinstance(value, dict):
            text = "{" + ", ".join(f"{_toml_key(name)} = {json.dumps(one)}" for name, one in value.items()) + "}"
        else:
            text = json.dumps(value, ensure_ascii=False)
        yield f"{key} = {text}  # {config.sources.get(key, DEFAULT)}\n"


def _toml_key(name: str) -> str:
    import json

    return name if name.isidentifier() and name.isascii() else json.dumps(name)
