"""``dedup archive find``: what a draft shares with an archive."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from dedup.cli.archive.opening import address_option, format_option, opened, parse_moment
from dedup.cli.config import choose_config
from dedup.cli.options import check_encoding, read_input
from dedup.cli.output import write
from dedup.lint.errors import UndecodableError
from dedup.lint.findings import Source
from dedup.lint.reporters.excerpt import harmless, inert
from dedup.lint.reporters.names import count
from dedup.lint.sources.decode import decode
from dedup.lint.sources.discover import STANDARD_INPUT, markup_of
from dedup.lint.sources.paths import reason, shown
from dedup.match.passages import Repeat
from dedup.text.markups import MARKUPS

if TYPE_CHECKING:
    from dedup.archive.document import Document

_QUOTED = 300
"""Characters of a passage that are shown."""


@click.command("find")
@click.argument("path")
@address_option
@click.option(
    "--min-words",
    type=click.IntRange(4, 1_000_000),
    default=8,
    show_default=True,
    metavar="N",
    help="Minimum length of a passage, in words.",
)
@click.option(
    "--min-similarity",
    type=click.FloatRange(0, 1, min_open=True),
    default=0.6,
    show_default=True,
    metavar="S",
    help="Minimum share of words that changed passages have in common.",
)
@click.option(
    "--before", callback=parse_moment, metavar="DATE", help="Only documents that were published before this date."
)
@click.option("--key", help="Key of the draft: its own earlier version is not compared. [default: its path]")
@click.option("--markup", type=click.Choice(tuple(MARKUPS)), help="Markup of the draft, whatever its extension.")
@click.option("--encoding", metavar="NAME", callback=check_encoding, help="Encoding of the draft.")
@format_option
def find_command(
    path: str,
    address: str | None,
    min_words: int,
    min_similarity: float,
    before: date | None,
    key: str | None,
    markup: str | None,
    encoding: str | None,
    format_name: str,
) -> None:
    """Show which passages of a draft are in the archive.

    PATH is a file, or - for standard input.

    Exit code: 0 also if passages are found, 2 dedup could not run. To fail if there are any, use dedup lint --archive.
    """
    name = shown(path)
    kind = markup or markup_of(key or name, choose_config(None, False).markups)
    try:
        text = decode(read_input(path), encoding, kind)
    except OSError as error:
        raise click.ClickException(f"{path} {reason(error)}.") from error
    except UndecodableError as error:
        raise click.ClickException(f"{path} {error}.") from error
    with opened(address) as archive:
        found = archive.find(
            text,
            markup=kind,
            min_words=min_words,
            min_similarity=min_similarity,
            before=before,
            key=key or (None if path == STANDARD_INPUT else name),
        )
        published = [repeat for repeat in found if any(place.document != 0 for place in repeat.places)]
        keys = {str(place.document) for repeat in published for place in repeat.places if place.document != 0}
        documents = {each: document for each in sorted(keys) if (document := archive.get(each)) is not None}
    if format_name == "json":
        rows = [_fields(repeat, name, documents) for repeat in published]
        write([json.dumps({"repeats": rows}, indent=1) + "\n"])
    else:
        write(_page(published, Source(name, text), documents))


def _fields(repeat: Repeat, name: str, documents: dict[str, Document]) -> dict[str, Any]:
    places = []
    for place in repeat.places:
        document = documents.get(str(place.document)) if place.document != 0 else None
        places.append(
            {
                "document": name if place.document == 0 else place.document,
                "archived": place.document != 0,
                "start": place.start,
                "end": place.end,
                "text": place.text,
                "published": None if document is None or document.published is None else document.published.isoformat(),
                "title": None if document is None else document.title,
                "url": None if document is None else document.url,
            }
        )
    return {
        "kind": repeat.kind,
        "words": repeat.words,
        "similarity": repeat.similarity,
        "places": places,
        "omitted": repeat.omitted,
    }


def _page(found: list[Repeat], source: Source, documents: dict[str, Document]) -> Iterator[str]:
    if not found:
        yield "Nothing in the archive.\n"
        return
    for repeat in found:
        inside = [place for place in repeat.places if place.document == 0]
        keys = list(dict.fromkeys(str(place.document) for place in repeat.places if place.document != 0))
        line, column = source.position(inside[0].start)
        like = "word for word" if repeat.kind == "exact" else f"{int(repeat.similarity * 100)}% the same"
        where = count(len(keys) + repeat.omitted, "document")
        yield inert(f"{source.path}:{line}:{column}: {count(repeat.words, 'word')}, {like}, in {where}") + "\n"
        text = " ".join(inside[0].text.split())
        yield f"  {inert(text if len(text) <= _QUOTED else text[:_QUOTED] + '…')}\n"
        for key in keys:
            document = documents.get(key)
            details: list[str] = [key]
            if document is not None:
                date_of = document.published
                details += [f"{date_of:%Y-%m-%d}"] if date_of is not None else []
                details += [each for each in (document.title, document.url) if each]
            yield f"  --> {harmless('  '.join(details))}\n"
        if repeat.omitted:
            yield f"  and {count(repeat.omitted, 'more document')}\n"
        yield "\n"
