"""``dedup archive remove``, ``list``, ``info`` and ``check``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import click

from dedup.cli.archive.opening import address_option, format_option, opened
from dedup.cli.output import write
from dedup.lint.reporters.excerpt import harmless, inert
from dedup.lint.reporters.names import count

if TYPE_CHECKING:
    from dedup.archive.document import Document


@click.command("remove")
@click.argument("keys", metavar="KEY...", nargs=-1, required=True)
@address_option
def remove_command(keys: tuple[str, ...], address: str | None) -> int:
    """Remove documents.

    Exit code: 0 all were removed, 2 some are not in the archive.
    """
    missing = []
    with opened(address) as archive:
        for key in dict.fromkeys(keys):
            try:
                archive.remove(key)
            except KeyError:
                missing.append(key)
        where = archive.info().address
    for key in missing:
        click.echo(f"{harmless(key)!r} is not in {harmless(where)}", err=True)
    removed = len(dict.fromkeys(keys)) - len(missing)
    write([f"{count(removed, 'document')} removed from {harmless(where)}.\n"])
    return 2 if missing else 0


@click.command("list")
@address_option
@format_option
def list_command(address: str | None, format_name: str) -> None:
    """List the documents: key, date, title and address.

    They are in the order in which they were added or replaced. The format json is one object a line.
    """
    with opened(address) as archive:
        documents = archive.documents(texts=False)
        write(map(_line if format_name == "json" else _row, documents))


def _line(document: Document) -> str:
    fields = {
        "key": document.key,
        "markup": document.markup,
        "published": None if document.published is None else document.published.isoformat(),
        "title": document.title,
        "url": document.url,
    }
    return json.dumps(fields) + "\n"


def _row(document: Document) -> str:
    published = "" if document.published is None else f"{document.published:%Y-%m-%d}"
    details = (document.key, published or "-" * 10, document.title or "", document.url or "")
    return inert("  ".join(details)).rstrip() + "\n"


@click.command("info")
@address_option
@format_option
def info_command(address: str | None, format_name: str) -> None:
    """Show how much the archive holds, and what made it."""
    with opened(address) as archive:
        info = archive.info()
    if format_name == "json":
        fields = asdict(info)
        for name, value in fields.items():
            fields[name] = value.isoformat() if isinstance(value, datetime) else value
        write([json.dumps(fields, indent=1) + "\n"])
        return

    def lines() -> Iterator[tuple[str, str]]:
        yield "archive", harmless(info.address)
        yield "documents", f"{info.documents:,}"
        yield "characters", f"{info.characters:,}"
        yield "bytes", f"{info.bytes:,}"
        yield "postings", f"{info.postings:,} in {count(info.segments, 'segment')}"
        if info.first is not None and info.latest is not None:
            yield "published", f"{info.first:%Y-%m-%d} to {info.latest:%Y-%m-%d}"
        yield from ((harmless(name), harmless(value)) for name, value in info.parameters.items())

    write(f"{name:<12}{value}\n" for name, value in lines())


@click.command("check")
@address_option
def check_command(address: str | None) -> int:
    """Check the archive for damage.

    Every text is read again and compared with the index. This takes as long as adding all documents.

    Exit code: 0 no damage, 1 damage, 2 the archive cannot be opened.
    """
    with opened(address) as archive:
        faults = archive.check(progress=True)
        where = archive.info().address if not faults else ""
    if not faults:
        write([f"{harmless(where)}: all is well.\n"])
        return 0
    write(f"{harmless(fault)}\n" for fault in faults)
    return 1
