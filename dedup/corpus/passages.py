"""Repeated passages in a corpus of any size."""

from __future__ import annotations

import os
from typing import NamedTuple

import pyarrow as pa

from dedup import arguments
from dedup.corpus import output, rows
from dedup.corpus.engine import Engine
from dedup.corpus.grams import GRAMS, SPANS, ToGrams, ToKeys, to_spans
from dedup.corpus.run import OnError, Result, Run, Source, size_of
from dedup.progress import Progress, reporting


class PassageCounts(NamedTuple):
    """A result in numbers."""

    spans: int
    texts: int
    """Texts with a span."""
    words: int
    """Words in spans."""
    characters: int


def find_passages(
    source: Source,
    text: str = "text",
    *,
    id: str | None = None,
    min_words: int = 50,
    memory: int | str = "4GB",
    scratch: str | os.PathLike[str] | None = None,
    on_error: OnError = "fail",
    progress: Progress | bool | None = None,
) -> Passages:
    """Find every passage of a corpus that stood before, so that one copy of each stays when the others are cut.

    Every run of `min_words` words that also stands in an earlier text, or further up in its own without overlapping, is
    in a span. Every word in a span is in such a run.

    Parameters
    ----------
    source, text, id, memory, scratch, on_error, progress
        As `dedup.corpus.find_duplicates` takes them. Texts are read as plain text.
    min_words
        Words of a run, at least 4. A word is weighed as in `dedup.find_repeats`.

    Returns
    -------
    Passages
        Use it in a ``with`` statement, or close it, to free the scratch folder.

    Raises
    ------
    CorpusError
        A file cannot be read, a column is missing, the disk is full, or the scratch folder is of another run.
    TypeError, ValueError
        An argument has the wrong type or is out of range.

    Notes
    -----
    Reads the corpus three times (four with `id`), in linear time: runs are counted in a table of fixed size; those that
    may occur twice are grouped by keys of 128 bits, of which 64 are the xxh64 of the run's words; the texts with spans
    are read once more. Equal keys are taken for equal runs.

    A run may stand before in words that are themselves cut, as parts of two passages that meet there. Then each of
    those passages still stands once, and the words on both sides of where they met do not stand side by side any more.
    """
    min_words = arguments.integer("min_words", min_words, 4, arguments.MOST_WORDS)
    arguments.choice("on_error", on_error, ("fail", "skip"))
    if not isinstance(text, str):
        raise TypeError(f"text = {text!r} is not a str; allowed: the name of a column")
    about = {"min_words": min_words, "text": text, "id": id}
    with reporting(progress) as report:
        run = Run(
            [(source, text)],
            lambda file, _: {} if id is None else {"name": (id, rows.kind_of(file, id))},
            about,
            size_of("memory", memory),
            scratch,
            on_error,
            report,
        )
        with run.working():
            find(run.engine, min_words, run.counters(), id is not None)
    return Passages(run, id is not None, about)


def find(engine: Engine, min_words: int, counters: int, named: bool) -> None:
    """Make the table ``spans`` of a table ``source_0`` with ``id`` and ``text``.

    Parameters
    ----------
    counters
        Size of the table that counts runs, a power of two.
    named
        Whether there is a column ``name``, which goes to a table ``read_0`` with ``id``.
    """
    counts = engine.counters("counters", "source_0", ToKeys(min_words), counters)
    engine.map("grams", "source_0", ToGrams(min_words, counts), GRAMS)
    if named:
        engine.query("read_0", "SELECT id, name FROM source_0")
    engine.query(
        "repeated",
        "SELECT key, second, min(id) AS id FROM grams GROUP BY key, second HAVING count(*) > 1",
    )
    # Runs of equal words have equally many, so the first place and the first stop are of the same.
    engine.query(
        "firsts",
        "SELECT g.key, g.second, g.id, min(g.stop) AS stop FROM grams g JOIN repeated r "
        "ON g.key = r.key AND g.second = r.second AND g.id = r.id GROUP BY g.key, g.second, g.id",
    )
    engine.query(
        "cuts",
        "SELECT g.id, array_agg(g.place) AS places, array_agg(g.stop) AS stops FROM grams g JOIN firsts f "
        "ON g.key = f.key AND g.second = f.second WHERE g.id > f.id OR (g.id = f.id AND g.place >= f.stop) "
        "GROUP BY g.id",
    )
    engine.map(
        "spans",
        "SELECT s.id, s.text, c.places, c.stops FROM source_0 s JOIN cuts c ON c.id = s.id",
        to_spans,
        SPANS,
    )
    engine.drop("grams", "repeated", "firsts", "cuts")


class Passages(Result):
    """The result of `dedup.corpus.find_passages`, in tables on disk. Close it to free them."""

    @property
    def counts(self) -> PassageCounts:
        """The result in numbers."""
        sums = 'coalesce(sum(words), 0), coalesce(sum("end" - start), 0)'
        return PassageCounts(*self._run.engine.value(f"SELECT count(*), count(DISTINCT id), {sums} FROM spans"))

    def spans(self) -> pa.RecordBatchReader:
        """Return the spans, in order.

        Returns
        -------
        pyarrow.RecordBatchReader
            ``id`` of the text; ``start`` and ``end``, in characters (code points), from the first character of the
            first word to behind the last one of the last; ``next``, where the word behind the span begins, or the text
            ends: to cut a text, remove ``text[start:next]``; ``words``, how many tokens it has.
        """
        return output.spans(self._run, self._named)

    def write(
        self, folder: str | os.PathLike[str], *, texts: bool = False, progress: Progress | bool | None = None
    ) -> None:
        """Write the result to a folder: spans.parquet, report.json, and the texts without the spans.

        Parameters
        ----------
        folder
            A new or empty folder, or one that a run was writing to when it was interrupted.
        texts
            Whether to write the rows of the input, with all their columns, to ``cut/``, their texts without the spans.
        progress
            As `dedup.find_duplicates` takes it.

        Raises
        ------
        CorpusError
            The folder is not empty, is where the input is, or cannot be written to.
        """
        about = self._about | {"counts": self.counts._asdict()}
        with reporting(progress) as report, output.writing(self._run, folder) as target:
            output.write_passages(self._run, self._named, target, about, texts, report)
