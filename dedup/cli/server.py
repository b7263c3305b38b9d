"""``dedup server``: the language server."""

import click


@click.command("server")
def command() -> None:
    """Show findings in your editor while you write.

    This is a language server: your editor starts it, and speaks to it on standard input and output. It needs the extra
    "server".
    """
    try:
        import pygls  # noqa: F401
    except ModuleNotFoundError as error:
        raise click.UsageError("The language server needs pygls: pip install 'passage-dedup[server]'.") from error
    from dedup.server.server import serve

    serve()
