"""The command ``dedup compile``."""

from importlib.util import find_spec

import click

from dedup.kernels import cache


@click.command()
def command() -> None:
    """Compile the fast engine ahead of time.

    Large inputs use an engine that Numba compiles, which takes about half a minute. Until it is compiled, all but very
    large inputs use NumPy, with the same results. Run this once after installing, for example in a container image.

    The compiled code is kept beside the package, in a folder below NUMBA_CACHE_DIR if that is set, or in your cache
    folder if the package's folder cannot be written to.
    """
    if not find_spec("numba"):
        raise click.ClickException("Numba is not installed; install it with: pip install 'passage-dedup[fast]'")
    if cache.is_complete():
        click.echo(f"Everything is compiled already, in {cache.folder()}")
        return
    from dedup.kernels.compiled import ahead
    from dedup.progress import reporting

    with reporting(True) as report:
        saved = ahead.compile_all(report)
    if not saved:
        raise click.ClickException(
            f"{str(cache.folder())!r} cannot be written to; set NUMBA_CACHE_DIR to a folder that can, now and whenever "
            "dedup runs."
        )
    click.echo(f"Compiled. The code is in {cache.folder()}")
