"""Tables of totals: the repeated share of each file, and what each pair of files has in common."""

from collections.abc import Iterator, Sequence

from dedup.lint.findings import FileTotal, PairTotal, Totals
from dedup.lint.reporters.excerpt import harmless
from dedup.lint.reporters.names import count
from dedup.lint.totals import MOST_FILES

MAX_ROWS = 20
"""Rows of a table; the others are only counted."""


def render(totals: Totals) -> Iterator[str]:
    """Yield both tables, the largest shares first, without files and pairs that have no repeated words."""
    files = _largest([total for total in totals.by_file if total.repeated_words])
    yield from _table("Repeated words of each file", ["share", "repeated", "words", "file"], files)
    yield _rest(len(files), "file")
    pairs = _largest(totals.by_pair)
    yield from _table("Words in common of each pair of files", ["share", "in common", "of both", "files"], pairs)
    yield _rest(len(pairs), "pair")
    if totals.uncounted:
        yield (
            f"Not counted in pairs: {count(totals.uncounted, 'finding')} with places in more than {MOST_FILES} files.\n"
        )


def _largest(totals: Sequence[FileTotal | PairTotal]) -> Sequence[FileTotal | PairTotal]:
    return sorted(totals, key=lambda total: (-total.share, -total.words))


def _table(title: str, head: list[str], totals: Sequence[FileTotal | PairTotal]) -> Iterator[str]:
    yield f"\n{title}:\n\n"
    if not totals:
        yield "  none\n"
        return
    rows = [head, *(_row(total) for total in totals[:MAX_ROWS])]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head) - 1)]
    for *numbers, name in rows:
        yield "  " + "  ".join(map(str.rjust, numbers, widths)) + f"  {name}\n"


def _row(total: FileTotal | PairTotal) -> list[str]:
    paths = (total.path,) if isinstance(total, FileTotal) else total.paths
    numbers = [f"{total.share:.1%}", f"{total.repeated_words:,}", f"{total.words:,}"]
    return [*numbers, " and ".join(map(harmless, paths))]


def _rest(number: int, noun: str) -> str:
    return f"  … and {count(number - MAX_ROWS, f'more {noun}')}\n" if number > MAX_ROWS else ""
