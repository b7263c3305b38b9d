"""Near duplicates of Parquet files by commands that read and write files: this library's, text-dedup and datatrove.

Texts are lower-case words with a space between, so that all cut the same words and none has to normalize them.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks import processes
from benchmarks.answers import Truth, answers, judged
from benchmarks.paragraphs import Mix
from benchmarks.report import Cell, Column, Result
from benchmarks.systems import BANDS, PERMUTATIONS, ROWS, THRESHOLD, words
from benchmarks.texts import Source, given, load, mixed, sampled, save

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

WORKERS = os.cpu_count() or 1
FILES = 2 * WORKERS
MIX = Mix(near=0.2)
COLUMNS = (
    Column("paragraphs"),
    Column("system"),
    Column("seconds", 1),
    Column("processor, s", 1),
    Column("times ours", 1),
    Column("peak, MiB"),
    Column("disk, MB"),
    Column("removed"),
    Column("recall", 5),
    Column("precision", 5),
)
NOTES = (
    f"all: word 3-shingles, Jaccard similarity {THRESHOLD}; the others {PERMUTATIONS} permutations, {WORKERS} "
    "processes. Seconds: the whole command, from Parquet files to files of the kept texts.",
    "times ours: of the processor, as a multiple of the first row of the same texts.",
    "peak: of all processes together, shared pages counted once, mapped files left out. disk: the "
    f"most that was on it, of the result and of temporary files. Both looked at every {processes.EVERY} s.",
    "recall: of the exact answer's pairs, in how many not both texts are kept. precision: of the texts that are "
    "removed, how many are similar to one that is kept.",
    "text-dedup and datatrove compare no texts: what shares a band is one group, chains of it too, and one text of a "
    f"group is kept. text-dedup chooses bands by the threshold, or is given {BANDS} of {ROWS} rows; datatrove takes no "
    f"threshold, and is given {BANDS} of {ROWS}.",
    "datatrove cuts words with spaCy; spaces: its tokenizer is replaced by str.split.",
)


class System(NamedTuple):
    """A command: of a Python that has `module`, a folder of Parquet files and one for the result."""

    name: str
    install: str
    """What pip is given to install it."""
    module: str
    command: Callable[[str, Path, Path], list[str]]
    kept: str
    """The files of the kept texts, below the folder of the result."""
    most: float = float("inf")
    """Paragraphs above which it is left out, because it takes too long."""


def ours(method: str, memory: str) -> System:
    """`dedup corpus duplicates`."""

    def command(python: str, folder: Path, output: Path) -> list[str]:
        options = ["--id", "id", "--method", method, "--threshold", str(THRESHOLD), "--memory", memory, "--exit-zero"]
        return [python, "-m", "dedup", "corpus", "duplicates", str(folder), "--output", str(output), *options]

    return System(f"dedup {method}", "'passage-dedup[corpus]'", "dedup", command, "kept/*.parquet")


def text_dedup(name: str, *bands: str) -> System:
    """text-dedup 0.4.0, the last that runs on Python 3.11; with its fastest hash."""

    def command(python: str, folder: Path, output: Path) -> list[str]:
        files = ["--path", "parquet", "--data_files", f"{folder}/*.parquet", "--split", "train", "--column", "text"]
        hashes = ["--hash_func", "xxh3", "--hash_bits", "32", "--num_perm", str(PERMUTATIONS), *bands]
        options = ["--ngram", "3", "--min_length", "1", "--threshold", str(THRESHOLD), "--num_proc", str(WORKERS)]
        places = ["--output", f"{output}/kept", "--cache_dir", f"{output}/cache"]
        return [python, "-m", "text_dedup.minhash", *files, *hashes, *options, *places]

    return System(name, "text-dedup==0.4.0", "text_dedup", command, "kept/*.arrow")


def datatrove(name: str, *options: str, most: float = float("inf")) -> System:
    """datatrove's four steps, by `benchmarks.trove`."""

    def command(python: str, folder: Path, output: Path) -> list[str]:
        script = str(Path(__file__).with_name("trove.py"))
        return [python, script, str(folder), str(output), str(BANDS), str(ROWS), str(WORKERS), *options]

    return System(name, "'datatrove[io]' 'xxhash<4' spacy tokenizers", "datatrove", command, "kept/*.parquet", most)


PEERS = (
    text_dedup("text-dedup"),
    text_dedup(f"text-dedup, {BANDS} x {ROWS}", "--b", str(BANDS), "--r", str(ROWS)),
    datatrove("datatrove", most=200_000),  # a million takes 17 minutes of processor
    datatrove("datatrove, spaces", "spaces"),
)


def run(sizes: Sequence[int], texts: Sequence[str] | None, memory: str, python: str, seed: int) -> Result:
    """Every system in turn on each number of paragraphs; those of others with the interpreter `python`."""
    systems = [(system, python) for system in PEERS if _has(python, system.module)]
    absent = dict.fromkeys(system.install for system in PEERS if not _has(python, system.module))
    notes = [*NOTES, *(f"left out, not installed: {python} -m pip install {install}" for install in absent)]
    systems = [*((ours(method, memory), sys.executable) for method in ("exact", "lsh")), *systems]
    rows: list[tuple[Cell, ...]] = []
    with tempfile.TemporaryDirectory() as place:
        for size in sizes:
            source = _source(Path(place, f"{size}.txt"), texts, size, seed)
            truth = answers(source.file, seed)
            notes += [source.what, *truth.notes]
            folder = Path(place, str(size))
            _write(load(source.file), folder)
            first = None
            for system, interpreter in [(system, path) for system, path in systems if size <= system.most]:
                exact = truth.own if system.module == "dedup" else truth.others
                row = _row(system, interpreter, folder, exact, first, notes)
                first = first or row[1]
                rows.append((source.size, system.name, *row))
                print("  ".join(map(str, rows[-1])), file=sys.stderr, flush=True)
            shutil.rmtree(folder)
    return Result("peers", "near duplicates of files, by command", "see below", COLUMNS, rows, tuple(notes))


def _source(file: Path, texts: Sequence[str] | None, count: int, seed: int) -> Source:
    made = sampled(file, given(texts), count, seed) if texts else mixed(file, count, seed, MIX)
    save(file, (" ".join(words(text)) for text in load(file)))
    return made


def _write(texts: Sequence[str], folder: Path) -> None:
    """Write texts to Parquet files, with their numbers as ``id``: strings, because datatrove loses an id of 0."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir()
    table = pa.table({"id": list(map(str, range(len(texts)))), "text": texts})
    each = -(-len(texts) // FILES)
    for number in range(FILES):
        pq.write_table(table.slice(number * each, each), folder / f"{number:03}.parquet")


def _row(system: System, python: str, folder: Path, truth: Truth, first: Cell, notes: list[str]) -> tuple[Cell, ...]:
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        output = Path(place, "output")
        environment = {"HF_HOME": f"{place}/home", "HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}
        try:
            cost = processes.run(system.command(python, folder, output), Path(place), environment)
        except processes.CommandError as error:
            notes.append(f"{system.name}: {error}")
            return (None,) * 8
        removed, recall, precision = judged(_kept(output, system.kept, len(truth.first)), truth)
    times = cost.processor / first if isinstance(first, float) else 1.0
    return cost.seconds, cost.processor, times, cost.peak, cost.disk, removed, recall, precision


def _kept(output: Path, pattern: str, count: int) -> "npt.NDArray[np.bool_]":
    """Whether each text is in the result: bool (n,)."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    kept = np.zeros(count, np.bool_)
    for path in output.glob(pattern):
        if path.suffix == ".arrow":
            with pa.memory_map(str(path)) as file:
                column = pa.ipc.open_stream(file).read_all().column("id")
        else:
            column = pq.read_table(path, columns=["id"]).column("id")
        kept[column.cast(pa.int64()).to_numpy()] = True
    return kept


def _has(python: str, module: str) -> bool:
    look = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({module!r}) is None)"
    return subprocess.run([python, "-c", look], check=False).returncode == 0
