"""Writing what a run found: tables, the kept rows, and a report."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from dedup.atomic import save
from dedup.corpus import rows
from dedup.corpus.errors import CorpusError
from dedup.corpus.plan import KNOWN
from dedup.corpus.run import Run
from dedup.progress import Progress

SCRATCH: Final = ".scratch"
"""Name of a folder for intermediate tables beside what is written."""
DROPPED: Final = "SELECT id FROM members WHERE because IS NOT NULL ORDER BY id"
LARGEST: Final = 20
"""Groups that a report shows."""
_SHOWN: Final = 3  # texts of each
_EXCERPT: Final = 300  # characters of each text


def members(run: Run, named: bool) -> pa.RecordBatchReader:
    """Return the table ``members`` with names, in order: id, group, keep, because, similarity."""
    names = _Names(run, named)
    kind = run.engine.columns("source_0")["name"] if named else pa.large_string()
    schema = pa.schema({"id": kind, "group": kind, "keep": pa.bool_(), "because": kind, "similarity": pa.float64()})

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in run.engine.batches(names.sql):
            ids, because = names.of(batch, "id"), names.of(batch, "because")
            keep = batch.column("because").is_null()
            yield pa.record_batch(
                [ids, pc.if_else(keep, ids, because), keep, because, batch.column("similarity")], schema=schema
            )

    return pa.RecordBatchReader.from_batches(schema, batches())


def write(
    run: Run, named: bool, folder: str | os.PathLike[str], about: dict[str, Any], texts: bool, progress: Progress
) -> None:
    """Write all that `dedup.corpus.duplicates.Duplicates.write` promises."""
    target = prepared(run, folder)
    with explained(target):
        reader = members(run, named)
        written(target / "members.parquet", reader)
        if texts:
            _write_kept(run, target / "kept", progress)
        report = {**about, "skipped": run.faults(), **_numbers(run), "largest": _largest(run, named)}
        save(target / "report.json", [json.dumps(report, indent=2, ensure_ascii=False).encode("utf-8", "replace")])
        save(target / "report.html", [page(report).encode("utf-8", "replace")])


def prepared(run: Run, folder: str | os.PathLike[str]) -> Path:
    """Return the folder to write to, made if it is missing.

    Raises
    ------
    CorpusError
        It is not empty, or the input lies in it or it in a folder of the input.
    """
    target = Path(folder)
    with explained(target):
        target.mkdir(parents=True, exist_ok=True)
        if any(target.iterdir()) and not (target / SCRATCH).exists():  # with it, an earlier run was interrupted
            raise CorpusError(f"{target} is not empty; name a new folder")
        for unfinished in target.rglob(".dedup-*.tmp"):  # of a run that was killed while it wrote them
            unfinished.unlink()
    place = target.resolve()
    for source in run.sources:
        for file in source.files:
            if place in Path(file.path).resolve().parents:
                raise CorpusError(f"{file.path} lies in {target}, where the result would be written")
    return target


def pairs(run: Run, named: bool) -> pa.RecordBatchReader:
    """Return the table ``every_match`` and the copies with names, in order: first, second, similarity."""
    found = (
        "SELECT m.earlier AS first, m.later AS second, m.similarity FROM every_match m UNION ALL "
        "SELECT l.id, t.id, 1.0 FROM texts t JOIN leaders l ON t.first = l.first AND t.second = l.second "
        "WHERE t.id <> l.id AND t.id >= 0"
    )
    if run.engine.made("ranks"):
        found = (
            "SELECT coalesce(a.number, m.first) AS first, b.number AS second, m.similarity, m.first AS one, "
            f"m.second AS other FROM ({found}) m LEFT JOIN ranks a ON a.id = m.first JOIN ranks b ON b.id = m.second"
        )
    else:
        found = f"SELECT m.*, m.first AS one, m.second AS other FROM ({found}) m"
    names = _Names(run, named)
    kind = run.engine.columns("source_0")["name"] if named else pa.large_string()
    if named:
        found = (
            f"SELECT p.*, a.name AS first_name, b.name AS second_name FROM ({found}) p "
            f"JOIN ({names.table}) a ON a.id = p.first JOIN read_0 b ON b.id = p.second"
        )
    schema = pa.schema({"first": kind, "second": kind, "similarity": pa.float64()})

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in run.engine.batches(f"SELECT * FROM ({found}) q ORDER BY one, other"):
            columns = [names.of(batch, "first"), names.of(batch, "second"), batch.column("similarity")]
            yield pa.record_batch(columns, schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())


def write_pairs(found: pa.RecordBatchReader, folder: str | os.PathLike[str]) -> None:
    """Write pairs to a folder that `write` made."""
    with explained(Path(folder)):
        written(Path(folder) / "pairs.parquet", found)


@contextmanager
def explained(target: Path) -> Iterator[None]:
    """Tell in a sentence that something could not be written."""
    try:
        yield
    except OSError as error:
        raise CorpusError(f"{error.filename or target} cannot be written: {error.strerror or error}") from error


def written(path: Path, reader: pa.RecordBatchReader) -> None:
    """Write a table to a Parquet file, which appears when it is complete."""
    beside = path.with_name(f".{path.name}.tmp")
    try:
        with pq.ParquetWriter(beside, reader.schema, compression="zstd") as writer:
            for batch in reader:
                writer.write_batch(batch)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def spans(run: Run, named: bool) -> pa.RecordBatchReader:
    """Return the table ``spans`` with names, in order: id, start, end, next, words."""
    names = _Names(run, named)
    kind = run.engine.columns("source_0")["name"] if named else pa.large_string()
    schema = pa.schema({"id": kind} | {name: pa.int64() for name in ("start", "end", "next", "words")})
    if named:
        sql = "SELECT n.name AS id_name, s.* FROM spans s JOIN read_0 n ON n.id = s.id ORDER BY s.id, s.start"
    else:
        sql = "SELECT * FROM spans ORDER BY id, start"

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in run.engine.batches(sql):
            others = [batch.column(name) for name in schema.names[1:]]
            yield pa.record_batch([names.of(batch, "id"), *others], schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())


def write_passages(
    run: Run, named: bool, folder: str | os.PathLike[str], about: dict[str, Any], texts: bool, progress: Progress
) -> None:
    """Write all that `dedup.corpus.passages.Passages.write` promises."""
    target = prepared(run, folder)
    with explained(target):
        written(target / "spans.parquet", spans(run, named))
        if texts:
            _write_cut(run, target / "cut", progress)
        report = {**about, "skipped": run.faults()}
        save(target / "report.json", [json.dumps(report, indent=2, ensure_ascii=False).encode("utf-8", "replace")])


def _write_cut(run: Run, folder: Path, progress: Progress) -> None:
    """Copy all rows, texts without their spans."""
    lengths = run.lengths()
    unread = run.unread()
    cuts = _Stream(run.engine.batches("SELECT id, start, next FROM spans ORDER BY id, start"))
    source = run.sources[0]
    for number, file in enumerate(source.files):
        progress("writing texts", number, len(source.files))
        first = int(lengths[number])
        target = folder / file.relative
        target.parent.mkdir(parents=True, exist_ok=True)

        def changes(start: int, end: int, first: int = first) -> dict[int, rows.Spans | None]:
            found: dict[int, rows.Spans | None] = {}
            for begin, stop in _within(unread, first + start, first + end):
                found.update(dict.fromkeys(range(begin, stop)))
            for number, begin, stop in cuts.until(first + end).tolist():
                spans = found.setdefault(number - first - start, [])
                assert spans is not None  # a text that could not be read has no span
                spans.append((begin, stop))
            return found

        rows.cut(file, str(target), source.text, changes)


class _Names:
    """What texts are called in a result: by a column, or by file and row."""

    def __init__(self, run: Run, named: bool) -> None:
        self._named = named
        if named:
            self.table = " UNION ALL ".join(f"SELECT id, name FROM read_{k}" for k in range(len(run.sources)))
            self.sql = (
                "SELECT a.name AS id_name, b.name AS because_name, m.because, m.similarity FROM members m "
                f"JOIN read_0 a ON a.id = m.id LEFT JOIN ({self.table}) b ON b.id = m.because ORDER BY m.id"
            )
            return
        self.sql = "SELECT id, because, similarity FROM members ORDER BY id"
        self._files = [file.relative if not k else file.path for k, s in enumerate(run.sources) for file in s.files]
        starts = [run.lengths(k)[:-1] - (KNOWN if k else 0) for k in range(len(run.sources))]
        self._starts = np.concatenate(starts)
        self._order = np.argsort(self._starts, kind="stable")

    def of(self, batch: pa.RecordBatch, column: str) -> pa.Array:
        """Return the names of the texts whose numbers a column of the query has; null for null."""
        if self._named:
            return batch.column(f"{column}_name")
        given = batch.column(column)
        numbers = given.fill_null(0).to_numpy()
        file = self._order[np.searchsorted(self._starts[self._order], numbers, "right") - 1]
        rows_ = pa.array(numbers - self._starts[file] + 1).cast(pa.large_string())
        names = pa.array(self._files, pa.large_string()).take(pa.array(file))
        joined = pc.binary_join_element_wise(names, rows_, pa.scalar(":", pa.large_string()))
        return pc.if_else(given.is_null(), pa.scalar(None, pa.large_string()), joined)


def _write_kept(run: Run, folder: Path, progress: Progress) -> None:
    """Copy the rows that are not removed. Rows without a member are kept if their text is null."""
    lengths = run.lengths()
    unread = run.unread()
    dropped = _Stream(run.engine.batches(DROPPED))
    files = run.sources[0].files
    for number, file in enumerate(files):
        progress("writing kept rows", number, len(files))
        first = int(lengths[number])
        target = folder / file.relative
        target.parent.mkdir(parents=True, exist_ok=True)

        def kept(start: int, end: int, first: int = first) -> NDArray[np.bool_]:
            mask = np.ones(end - start, np.bool_)
            mask[dropped.until(first + end)[:, 0] - first - start] = False
            for begin, stop in _within(unread, first + start, first + end):
                mask[begin:stop] = False
            return mask

        rows.copy(file, str(target), kept)


def _within(ranges: NDArray[np.int64], first: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the parts of ascending ranges from `first` to `end`, counted from `first`."""
    at = int(np.searchsorted(ranges[:, 1], first, "right"))
    while at < len(ranges) and ranges[at, 0] < end:
        yield max(int(ranges[at, 0]) - first, 0), min(int(ranges[at, 1]), end) - first
        at += 1


class _Stream:
    """Rows of a query in ascending order of its first column, taken up to a limit at a time."""

    def __init__(self, batches: Iterator[pa.RecordBatch]) -> None:
        self._batches = batches
        self._left = np.empty((0, 1), np.int64)

    def until(self, limit: int) -> NDArray[np.int64]:
        """Return the rows whose first column is below `limit` that were not taken yet, int64 (n, columns)."""
        taken = []
        while True:
            cut = int(np.searchsorted(self._left[:, 0], limit))
            taken.append(self._left[:cut])
            self._left = self._left[cut:]
            if len(self._left) or (batch := next(self._batches, None)) is None:
                return np.concatenate([part for part in taken if len(part)] or [self._left[:0]])
            self._left = np.column_stack([column.to_numpy() for column in batch.columns])


def _numbers(run: Run) -> dict[str, Any]:
    """Return how large groups are, and how similar what was removed is to what it was removed because of."""
    sizes = (
        "SELECT members + 1 AS size, count(*) AS groups FROM (SELECT count(*) AS members FROM members "
        "WHERE because IS NOT NULL GROUP BY because) g GROUP BY members ORDER BY size"
    )
    steps = (
        "SELECT floor(similarity * 20) / 20 AS least, count(*) AS texts FROM members WHERE because IS NOT NULL "
        "GROUP BY floor(similarity * 20) ORDER BY least"
    )
    return {
        "group_sizes": [list(row.values()) for batch in run.engine.batches(sizes) for row in batch.to_pylist()],
        "similarities": [list(row.values()) for batch in run.engine.batches(steps) for row in batch.to_pylist()],
    }


def _largest(run: Run, named: bool) -> list[dict[str, Any]]:
    """Return the largest groups, each with its size and excerpts of its first texts."""
    query = (
        "SELECT because, count(*) AS removed FROM members WHERE because IS NOT NULL GROUP BY because "
        f"ORDER BY removed DESC, because LIMIT {LARGEST}"
    )
    groups = [row for batch in run.engine.batches(query) for row in batch.to_pylist()]
    if not groups:
        return []
    listed = ", ".join(str(group["because"]) for group in groups)
    some = (
        "SELECT id, because FROM (SELECT id, because, row_number() OVER (PARTITION BY because ORDER BY id) AS place "
        f"FROM members WHERE because IN ({listed})) m WHERE place < {_SHOWN} ORDER BY because, id"
    )
    texts: dict[int, list[int]] = {group["because"]: [group["because"]] for group in groups}
    for batch in run.engine.batches(some):
        for row in batch.to_pylist():
            texts[row["because"]].append(row["id"])
    wanted = {number for numbers in texts.values() for number in numbers}
    excerpts = _excerpts(run, wanted)
    return [
        {"size": group["removed"] + 1, "texts": [excerpts[number] for number in texts[group["because"]]]}
        for group in groups
    ]


def _excerpts(run: Run, wanted: set[int]) -> dict[int, str]:
    """Return the beginning of some texts, reading the files up to the last of them."""
    found: dict[int, str] = {}
    for number, source in enumerate(run.sources):
        lengths = run.lengths(number) - (KNOWN if source.known else 0)
        for file, first, end in zip(source.files, lengths[:-1].tolist(), lengths[1:].tolist(), strict=True):
            here = np.sort([each - first for each in wanted if first <= each < end])
            if not len(here):
                continue
            for part in rows.read(file, source.text, (), lambda *fault: None):
                for at in np.flatnonzero(np.isin(part.numbers, here)).tolist():
                    text = part.columns[source.text][at].as_py()
                    found[first + int(part.numbers[at])] = text[:_EXCERPT] + ("…" if len(text) > _EXCERPT else "")
                if part.end > here[-1]:
                    break
    return found


_PAGE: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Duplicates</title>
<style>
:root {{ color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }}
body {{ max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
table {{ border-collapse: collapse; margin-bottom: 2rem }}
td, th {{ padding: .2rem 1rem .2rem 0; text-align: right }}
th:first-child, td:first-child {{ text-align: left }}
meter {{ width: 16rem }}
blockquote {{ margin: .5rem 0; padding-left: 1rem; border-left: 3px solid;
  white-space: pre-wrap; overflow-wrap: anywhere }}
</style>
<h1>{kept:,} of {texts:,} texts kept</h1>
<p>{removed:,} removed, {copies:,} of them with the same words as a kept text. {measure} from {threshold:g}.</p>
<h2>Similarity of what was removed</h2>
<table>{similarities}</table>
<h2>Sizes of groups</h2>
<table><tr><th>texts</th><th>groups</th></tr>{sizes}</table>
<h2>The largest groups</h2>
{largest_groups}
{skipped}
</html>
"""


def page(report: dict[str, Any]) -> str:
    """Return a report as a page for people."""
    most = max((count for _, count in report["similarities"]), default=1)
    similarities = "".join(
        f'<tr><td>from {least:.2f}</td><td>{count:,}</td><td><meter max="{most}" value="{count}"></meter></td></tr>'
        for least, count in report["similarities"]
    )
    sizes = "".join(f"<tr><td>{size:,}</td><td>{count:,}</td></tr>" for size, count in report["group_sizes"])
    groups = ""
    for group in report["largest"]:
        texts = "".join(f"<blockquote>{escape(text)}</blockquote>" for text in group["texts"])
        groups += f"<h3>{group['size']:,} texts</h3>{texts}"
    skipped = "".join(f"<li>{escape(message)}</li>" for message in report["skipped"][:100])
    return _PAGE.format(
        **report["counts"],
        measure=report["measure"].capitalize(),
        threshold=report["threshold"],
        similarities=similarities,
        sizes=sizes,
        largest_groups=groups,
        skipped=f"<h2>Not read: {len(report['skipped']):,}</h2><ul>{skipped}</ul>" if skipped else "",
    )
