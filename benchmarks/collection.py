"""The whole job on a collection, from a list of `str` to groups, against other libraries."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks import job
from benchmarks.answers import answers, score
from benchmarks.paragraphs import DISTINCT, Mix
from benchmarks.report import Cell, Column, Result
from benchmarks.systems import BANDS, OURS, PEERS, PEERS_ONCE, PERMUTATIONS, ROWS, THRESHOLD, System, there
from benchmarks.texts import Source, given, mixed, sampled

COLUMNS = (
    Column("texts"),
    Column("system"),
    Column("seconds", 2),
    Column("least", 2),
    Column("most", 2),
    Column("times ours", 1),
    Column("MiB", 0),
    Column("groups"),
    Column("pairs"),
    Column("recall", 5),
    Column("precision", 5),
    Column("import, s", 2),
    Column("warm-up, s", 2),
    Column("compiling, s", 1),
)

NOTES = (
    f"all: Jaccard similarity of 3-word shingles, threshold {THRESHOLD}; the others read words by "
    r're.findall(r"\w+", text.lower()), which is part of their time.',
    "seconds: the call, from a list of str to groups, in a process of its own, after a first call on few texts "
    "(warm-up; compiling: with no compiled code on disk, for lsh with that of exact); median, "
    "least and most of the runs, systems in turn.",
    "dedup is asked for its default, which texts to keep; its pairs are found after the clock has stopped. The others "
    "have their groups from candidates.",
    "times ours: medians, as a multiple of the first row of the same texts. MiB: peak beyond the texts and the code.",
    "recall, precision: of the pairs reported, or of the candidates where these are not verified (datasketch, rensa), "
    "against the exact answer on the shingles that the system was given; a copy counts once, as found where pairs lead "
    "from it to its first occurrence.",
    f"datasketch: MinHash.bulk, xxh32, {PERMUTATIONS} permutations, MinHashLSH with the bands it chooses. rensa: "
    f"R-MinHash, RMinHashLSH; gaoya: signatures compared; both {PERMUTATIONS} permutations, {BANDS} bands of {ROWS}. "
    "near-dupes: 3 characters, each standing for a word.",
    "copies aside: the library is given each distinct text once, by a dict.",
)


def run(texts: Sequence[str] | None, count: int, runs: int, seed: int, compiling: bool) -> Result:
    """Every system on `count` distinct paragraphs, and on as many with their copies, in turn, `runs` times over."""
    rows: list[tuple[Cell, ...]] = []
    notes = list(NOTES)
    systems, left_out = there((*OURS, *PEERS, *PEERS_ONCE))
    with tempfile.TemporaryDirectory() as folder:
        distinct, raw = sources(Path(folder), texts, count, seed)
        # the code is compiled once, for the texts at hand; every later process loads it from there
        cache = Path(folder, "cache") if compiling else None
        compiled = [system for system in systems if compiling and system.engine == "compiled"]
        taken = {system.name: job.compiling(system.name, distinct.file, cache) for system in compiled}
        for label, source in (("distinct", distinct), ("raw mix", raw)):
            chosen = [system for system in systems if source is raw or system not in PEERS_ONCE]
            rows += _measured(label, source, chosen, runs, cache, taken, notes, seed)
    data = f"distinct: {distinct.what}; raw mix: {raw.what}; runs: {runs}"
    asked = "find_duplicates(texts) and what others take for the same"
    return Result("collection", asked, data, COLUMNS, rows, (*notes, *left_out))


def sources(folder: Path, texts: Sequence[str] | None, count: int, seed: int) -> tuple[Source, Source]:
    """Distinct paragraphs, and the raw mix: of the files of `texts`, or generated if there are none."""
    distinct, raw = folder / "distinct.txt", folder / "raw.txt"
    if not texts:
        return mixed(distinct, count, seed, DISTINCT), mixed(raw, count, seed, Mix(copies=0.2, kinds=4))
    paragraphs = given(texts)
    return sampled(distinct, list(dict.fromkeys(paragraphs)), count, seed), sampled(raw, paragraphs, count, seed)


def _measured(
    label: str,
    source: Source,
    systems: Sequence[System],
    runs: int,
    cache: Path | None,
    compiling: dict[str, float],
    notes: list[str],
    seed: int,
) -> list[tuple[Cell, ...]]:
    import numpy as np

    truth = answers(source.file, seed)
    notes += [f"{label}: {note}" for note in truth.notes]
    seen: dict[str, list[job.Taken]] = {system.name: [] for system in systems}
    files = {system.name: source.file.with_suffix(f".{turn}.npy") for turn, system in enumerate(systems)}
    for turn in range(runs):
        for system in systems:
            answer = None if turn else files[system.name]
            seen[system.name].append(job.run(system.name, source.file, cache=cache, answer=answer))
    rows: list[tuple[Cell, ...]] = []
    ours = median(taken.seconds for taken in seen[systems[0].name])
    for system in systems:
        every = seen[system.name]
        seconds = [taken.seconds for taken in every]
        reported, recall, precision = score(np.load(files[system.name]), truth.own if system in OURS else truth.others)
        rows.append(
            (
                label,
                system.name,
                median(seconds),
                min(seconds),
                max(seconds),
                median(seconds) / ours,
                max((taken.beyond for taken in every if taken.beyond is not None), default=None),
                every[0].groups,
                reported,
                recall,
                precision,
                median(taken.imported for taken in every),
                median(taken.warm for taken in every),
                compiling.get(system.name),
            )
        )
    return rows
