"""Writing a changed text back into its file."""

from collections.abc import Callable

import click

from dedup.cli.reports import save
from dedup.lint.errors import UndecodableError
from dedup.lint.reporters.excerpt import harmless
from dedup.lint.sources.decode import decode, encode_like
from dedup.lint.sources.discover import Document
from dedup.lint.sources.paths import reason


def rewrite(document: Document, text: str, changed: str, read: Callable[[str], bytes], encoding: str | None) -> None:
    """Write a changed text into its file, in the encoding of the file.

    Parameters
    ----------
    document
        The file.
    text, changed
        What was linted, and what is written instead.
    read
        Returns the bytes of the file, or raises `OSError`.
    encoding
        The encoding that the user named.

    Raises
    ------
    click.ClickException
        The file holds another text by now, or cannot be read or written; it is unchanged.
    """
    path = harmless(document.path)
    try:
        data = read(document.path)
        if decode(data, encoding, document.markup) != text:
            raise click.ClickException(f"{path} has changed since it was read; nothing was written to it. Run again.")
    except OSError as error:
        raise click.ClickException(f"{path} {reason(error)}") from error
    except UndecodableError as error:
        raise click.ClickException(f"{path} {error}") from error
    try:
        encoded = encode_like(changed, data, encoding, document.markup)
        # some encodings can write a text in several ways, and a comment may come between a page and its charset
        same = encode_like(text, data, encoding, document.markup) == data
        same = same and decode(encoded, encoding, document.markup) == changed
    except (UnicodeError, UndecodableError):
        same = False
    if not same:
        raise click.ClickException(
            f"{path} cannot be written back in its encoding without other changes; the file is unchanged. Convert it "
            "to UTF-8."
        )
    save(document.path, [encoded])
