"""Collections of paragraphs as files, one paragraph a line: generated, or taken from files that are given."""

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks import child

if TYPE_CHECKING:
    from benchmarks.paragraphs import Mix

LEAST = 3
"""Words that a paragraph has at least."""


class Source(NamedTuple):
    """A file of paragraphs, what it holds in a few words, and how many."""

    file: Path
    what: str
    size: int


def save(file: Path, texts: Iterable[str]) -> None:
    """Write texts for `load`, one a line; none may hold a line feed."""
    with file.open("w", encoding="utf-8", newline="\n") as lines:
        lines.writelines(f"{text}\n" for text in texts)


def load(file: Path) -> list[str]:
    """Texts as a program has them: a list of `str`. Read line by line, so that no peak of memory exceeds the list."""
    with file.open(encoding="utf-8", newline="\n") as lines:
        return [line[:-1] for line in lines]


def planted_beside(file: Path) -> Path:
    """Where the planted pairs of a generated file are: int64 (m, 2), the origin and the copy."""
    return file.with_suffix(".planted.npy")


def generated(file: Path, kind: str, **arguments: object) -> int:
    """Write a collection of `benchmarks.paragraphs`; how many paragraphs it has. In a process of its own, for its
    memory."""
    seen = child.measure("benchmarks.paragraphs", "reference", kind=kind, path=str(file), arguments=arguments)
    return int(seen["count"])


def mixed(file: Path, count: int, seed: int, mix: "Mix") -> Source:
    """Generated paragraphs of about 60 words, with what was planted in them in a few words."""
    made = generated(file, "mixed", count=count, seed=seed, mix=asdict(mix))
    shares = ((mix.near, "near copies"), (mix.copies, "exact copies"), (mix.boilerplate, f"of {mix.kinds} paragraphs"))
    planted = ", ".join(f"{100 * share:.0f} % {what}" for share, what in shares if share)
    return Source(file, f"{made:,} generated, seed {seed}: {planted}", made)


def sampled(file: Path, paragraphs: Sequence[str], count: int, seed: int) -> Source:
    """`count` of these paragraphs in random order, or all if there are no more."""
    chosen = random.Random(f"sample {seed}").sample(paragraphs, min(count, len(paragraphs)))
    save(file, chosen)
    return Source(file, f"{len(chosen):,} of {len(paragraphs):,}, seed {seed}", len(chosen))


def given(paths: Iterable[str]) -> list[str]:
    """The paragraphs of the files that ``dedup lint`` would read, of three words or more, whitespace collapsed.

    Paragraphs are separated by blank lines; where a file has none, every line is one. What is not UTF-8 is replaced.
    SystemExit: there are none.
    """
    from dedup.lint.sources.discover import select

    paragraphs = []
    for document in select(paths).documents:
        text = Path(document.path).read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n")
        blocks = re.split(r"\n\s*\n", text.strip())
        for block in blocks if len(blocks) > 1 else text.splitlines():
            paragraph = " ".join(block.split())
            if len(re.findall(r"\w+", paragraph)) >= LEAST:
                paragraphs.append(paragraph)
    if not paragraphs:
        raise SystemExit(f"no paragraphs of {LEAST} words in {', '.join(paths)}")
    return paragraphs
