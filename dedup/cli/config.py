"""``dedup config``: the configuration in effect, and where each value comes from."""

import os
from collections.abc import Iterator

import click

from dedup.cli.output import write
from dedup.lint.config import DEFAULT, KEYS, Config
from dedup.lint.config_file import find, load
from dedup.lint.config_values import toml
from dedup.lint.errors import ConfigurationError


@click.command("config")
@click.option("--config", "path", metavar="FILE", help="Configuration file to use, instead of looking for one.")
@click.option("--isolated", is_flag=True, help="Ignore all configuration files.")
def command(path: str | None, isolated: bool) -> None:
    """Show the configuration in effect.

    It is shown as TOML, and each value with the file that it comes from.
    """
    write(_lines(choose_config(path, isolated)))


def choose_config(
    path: str | None, isolated: bool, select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()
) -> Config:
    """Return the configuration of the working folder. Rules that are given replace those of a file.

    Raises
    ------
    click.UsageError
        The configuration cannot be used, or `path` and `isolated` exclude each other.
    """
    if path is not None and isolated:
        raise click.UsageError("--config and --isolated exclude each other; use only one.")
    try:
        config = Config() if isolated else find(os.getcwd()) if path is None else load(path)
        return config.with_rules(select, ignore)
    except ConfigurationError as error:
        raise click.UsageError(str(error)) from error


def _lines(config: Config) -> Iterator[str]:
    from dedup.archive.addresses import shown  # deferred: other commands use this module too

    for name, key in KEYS.items():
        value = getattr(config, key.field)
        if value is None:
            yield f"# {name} is not set\n"
        else:
            value = shown(value) if name == "archive" else value  # it may have a password
            yield f"{name} = {toml(value)}  # {config.sources.get(name, DEFAULT)}\n"
