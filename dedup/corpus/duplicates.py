"""Duplicate texts in a corpus of any size."""

from __future__ import annotations

import os
from typing import Any, Literal, NamedTuple

import pyarrow as pa

from dedup import arguments
from dedup.corpus import output, plan, rows
from dedup.corpus.manifest import File
from dedup.corpus.run import OnError, Result, Run, Source, size_of
from dedup.progress import Progress, reporting
from dedup.sketch.sets import SHARE


class Counts(NamedTuple):
    """A result in numbers."""

    texts: int
    """Texts that were compared: without those that are null or could not be read."""
    kept: int
    removed: int
    copies: int
    """Texts with the same shingles as a text before them in the order of priority."""
    groups: int
    """Kept texts because of which others were removed, those of `against` among them."""
    largest: int
    """Number of texts removed because of one kept text."""


def find_duplicates(
    source: Source,
    text: str = "text",
    *,
    id: str | None = None,
    threshold: float = 0.8,
    measure: Literal["jaccard", "containment"] = "jaccard",
    method: Literal["auto", "exact", "lsh"] = "auto",
    linkage: Literal["star", "single"] = "star",
    shingle_size: int = 3,
    num_perm: int = 128,
    recall: float = 0.95,
    seed: int = 1,
    against: Source | None = None,
    keep: str = "first",
    memory: int | str = "4GB",
    scratch: str | os.PathLike[str] | None = None,
    on_error: OnError = "fail",
    progress: Progress | bool | None = None,
) -> Duplicates:
    """Find the texts of a corpus that are similar, and choose which to keep.

    The result is that of `dedup.find_duplicates` on the same texts; but texts, their shingles and all that is compared
    lie on disk, so a corpus may be larger than memory.

    Parameters
    ----------
    source
        Paths of files or folders, glob patterns, a collection of them, a pyarrow Dataset, or what yields record
        batches. Files are Parquet, JSON Lines or CSV; the last two may be compressed (.gz, .zst, .bz2).
    text
        The column of texts. A null matches nothing and is kept.
    id
        The column that names texts in the result: integers or strings, which need not be different. Without it, they
        are named by their file and row, such as ``part-0.jsonl:17``; rows count from 1, so that this is the line of a
        JSON Lines file.
    threshold, measure, method, linkage, shingle_size, num_perm, recall, seed
        As `dedup.find_duplicates` takes them. With ``measure="containment", threshold=1.0, keep="longest"``, a text is
        removed only if all its shingles are in one kept text.
    against
        Another source, with the same columns: its texts are kept, and a text like one of them is removed.
    keep
        Which of similar texts is kept: ``"first"``, ``"longest"``, or the name of a column of numbers, of which the
        highest is kept.
    memory
        Bytes that may be used, about, such as ``"4GB"``; at least 256 MB.
    scratch
        Folder for intermediate tables, which take about four times as much space as the text (for passages seven
        times). If it is given, and the work is interrupted, a call with the same arguments goes on from the last
        finished step. By default a new folder in the one for temporary files, which is removed when the result is
        closed.
    on_error
        ``"fail"``, or ``"skip"`` to leave out a row that cannot be read; `Duplicates.skipped` lists them.
    progress
        As `dedup.find_duplicates` takes it.

    Returns
    -------
    Duplicates
        Use it in a ``with`` statement, or close it, to free the scratch folder.

    Raises
    ------
    CorpusError
        A file cannot be read, a column is missing, the disk is full, or the scratch folder is of another run.
    TypeError, ValueError
        An argument has the wrong type or is out of range.

    Notes
    -----
    The plan is described in `dedup.corpus.plan`. Takes linear time in the text, plus the comparison of candidates. A
    family of n variants costs n comparisons.
    """
    arguments.choice("on_error", on_error, ("fail", "skip"))
    if not isinstance(text, str):
        raise TypeError(f"text = {text!r} is not a str; allowed: the name of a column")
    chosen: dict[str, Any] = {
        "threshold": threshold,
        "measure": measure,
        "method": method,
        "linkage": linkage,
        "shingle_size": shingle_size,
        "num_perm": num_perm,
        "recall": recall,
        "seed": seed,
        "keep": keep,
    }
    parameters = plan.Parameters.of(**chosen)
    about = {**chosen, "text": text, "id": id}
    sources = [(source, text)] if against is None else [(source, text), (against, text)]
    with reporting(progress) as report:
        run = Run(
            sources,
            lambda file, known: _columns(file, id, "first" if known else keep),
            about,
            size_of("memory", memory),
            scratch,
            on_error,
            report,
        )
        with run.working(SHARE):
            plan.keep(run.engine, parameters, len(sources) > 1, run.counters(), report)
    return Duplicates(run, id is not None, about, parameters)


def _columns(file: File, id: str | None, keep: str) -> dict[str, tuple[str, pa.DataType]]:
    found: dict[str, tuple[str, pa.DataType]] = {}
    if id is not None:
        found["name"] = id, rows.kind_of(file, id)
    if keep not in ("first", "longest"):
        found["score"] = keep, pa.float64()
    return found


class Duplicates(Result):
    """The result of `dedup.corpus.find_duplicates`, in tables on disk. Close it to free them."""

    def __init__(self, run: Run, named: bool, about: dict[str, Any], parameters: plan.Parameters) -> None:
        super().__init__(run, named, about)
        self._parameters = parameters

    @property
    def counts(self) -> Counts:
        """The result in numbers."""
        texts, removed, copies = self._run.engine.value(
            "SELECT count(*), count(because), count(CASE WHEN copied THEN 1 END) FROM members"
        )
        groups, largest = self._run.engine.value(
            "SELECT count(*), coalesce(max(members), 0) FROM "
            "(SELECT count(*) AS members FROM members WHERE because IS NOT NULL GROUP BY because) g"
        )
        return Counts(texts, texts - removed, removed, copies, groups, largest)

    def members(self) -> pa.RecordBatchReader:
        """Return one row for each text, in order.

        Returns
        -------
        pyarrow.RecordBatchReader
            ``id``; ``group``, the id of the kept text of its group; ``keep``, bool; ``because``, the id of the kept
            text that it was removed because of, null if it is kept; ``similarity`` with it, float64.
        """
        return output.members(self._run, self._named)

    def pairs(self) -> pa.RecordBatchReader:
        """Return all pairs of similar texts, in order. They are found when they are asked for.

        A copy (a text whose set of shingles came before) has one pair, with its first occurrence, with similarity 1.0.
        All other pairs are between first occurrences.

        Returns
        -------
        pyarrow.RecordBatchReader
            ``first`` and ``second``, ids in the order of priority; ``similarity``, float64.

        Notes
        -----
        A family of n similar texts has n (n - 1) / 2 pairs.
        """
        plan.matches(self._run.engine, self._parameters)
        return output.pairs(self._run, self._named)

    def write(
        self,
        folder: str | os.PathLike[str],
        *,
        texts: bool = True,
        pairs: bool = False,
        progress: Progress | bool | None = None,
    ) -> None:
        """Write the result to a folder: members.parquet, the kept rows, report.json and report.html.

        Parameters
        ----------
        folder
            A new or empty folder, or one that a run was writing to when it was interrupted.
        texts
            Whether to write the kept rows, with all their columns, to ``kept/``: a file for each input file, with the
            same name below the folder that was read, and in the same format. Rows that could not be read are not
            among them, but listed in ``report.json``.
        pairs
            Whether to write all pairs to pairs.parquet: see `pairs`.
        progress
            As `dedup.find_duplicates` takes it.

        Raises
        ------
        CorpusError
            The folder is not empty, is where the input is, or cannot be written to.
        """
        about = self._about | {"counts": self.counts._asdict()}
        with reporting(progress) as report, output.writing(self._run, folder) as target:
            output.write(self._run, self._named, target, about, texts, report)
            if pairs:
                output.written(target / "pairs.parquet", self.pairs())
