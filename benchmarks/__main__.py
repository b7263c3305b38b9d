"""The command line of the benchmarks."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import (
    archive,
    cold,
    collection,
    copies,
    corpus,
    first,
    growth,
    linear,
    near,
    passages,
    peers,
    plot,
    recall,
    short,
    signatures,
    spans,
    trees,
    worst,
)
from benchmarks.paragraphs import SIZE
from benchmarks.report import Result, machine, show, write_json

NAMES = (
    "passages",
    "cold",
    "first",
    "near",
    "linear",
    "collection",
    "signatures",
    "short",
    "growth",
    "copies",
    "recall",
    "trees",
    "worst",
    "archive",
    "corpus",
    "peers",
    "spans",
)
MOST = 5 * SIZE
"""Paragraphs of `copies`, a fifth of which are variants that each need a word of their own."""

SHORT = 24_000
"""Most paragraphs of `short`."""

ARTICLE = Path(__file__).parent.parent / "tests" / "article.md"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", choices=NAMES, metavar="NAME", help=f"one of {', '.join(NAMES)}; else all")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the same here")
    parser.add_argument("--seed", type=int, default=1, help="of all generated text (default 1)")
    parser.add_argument(
        "--texts",
        nargs="+",
        metavar="PATH",
        help="passages, first, collection, signatures, recall, trees: files or folders instead of generated text",
    )
    parser.add_argument("--markup", choices=("plain", "markdown"), default="plain", help="passages: default plain")
    parser.add_argument(
        "--runs",
        type=int,
        default=7,
        help="passages: paired runs; cold: three times as many; "
        "first, collection, signatures, copies, trees: half as many",
    )
    parser.add_argument("--article", type=Path, default=ARTICLE, metavar="FILE", help="cold: what is linted")
    parser.add_argument("--trials", type=int, default=500, help="near: at each rate of edits (default 500)")
    parser.add_argument(
        "--counts",
        nargs="+",
        type=int,
        default=[1_000, 10_000, 50_000, 200_000],
        metavar="N",
        help="linear: how often the paragraph is repeated",
    )
    parser.add_argument(
        "--paragraphs",
        type=int,
        default=100_000,
        metavar="N",
        help="first, collection, signatures, recall: how many; copies: N and 2 N (default 100000)",
    )
    parser.add_argument(
        "--sizes",
        nargs="+",
        type=int,
        default=[10_000, 30_000, 100_000, 300_000, 1_000_000],
        metavar="N",
        help="growth: how many paragraphs",
    )
    parser.add_argument(
        "--words",
        nargs="+",
        type=int,
        default=[16_384, 65_536, 262_144],
        metavar="N",
        help="worst: how many words",
    )
    parser.add_argument(
        "--limit", type=float, default=60, metavar="S", help="growth: seconds that a system may take (default 60)"
    )
    parser.add_argument(
        "--no-compiling",
        action="store_true",
        help="passages, collection: leave out how long it takes to compile everything, which takes long",
    )
    parser.add_argument(
        "--archived",
        nargs="+",
        type=int,
        default=[100_000, 1_000_000],
        metavar="N",
        help="archive: how many paragraphs (default 100000 1000000)",
    )
    parser.add_argument(
        "--address", metavar="ADDRESS", help="archive: also an empty database of PostgreSQL, postgresql://…"
    )
    parser.add_argument(
        "--corpora",
        nargs="+",
        type=int,
        default=[200_000, 1_000_000],
        metavar="N",
        help="corpus, peers: how many paragraphs (default 200000 1000000)",
    )
    parser.add_argument("--memory", default="2GB", metavar="SIZE", help="corpus, peers, spans: default 2GB")
    parser.add_argument("--megabytes", type=int, default=100, metavar="N", help="spans: of text (default 100)")
    parser.add_argument(
        "--python",
        default=sys.executable,
        metavar="PATH",
        help="peers: the Python that text-dedup and datatrove are installed for (default: this one)",
    )
    parser.add_argument("--plot", type=Path, metavar="FILE", help="growth: draw it, as SVG")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for, and print each result as soon as it is there."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if min(options.runs, options.trials, *options.counts, *options.words) < 1:
        parser.error("--runs, --trials, --counts and --words take numbers from 1")
    if not min(options.paragraphs, *options.sizes) >= 100 or options.paragraphs > MOST:
        parser.error(f"--paragraphs takes numbers from 100 to {MOST}, --sizes from 100")
    if options.plot and options.name not in (None, "growth"):
        parser.error(f"--plot is for growth, not for {options.name}")
    if options.plot and plot.missing():
        parser.error(str(plot.missing()))
    half, compiling = (options.runs + 1) // 2, not options.no_compiling
    parts: dict[str, Callable[[], Result]] = {
        "passages": lambda: passages.run(options.texts, options.markup, options.runs, options.seed, compiling),
        "cold": lambda: cold.run(options.article, 3 * options.runs),
        "first": lambda: first.run(options.texts, options.paragraphs, half, options.seed),
        "near": lambda: near.run(options.trials, options.seed),
        "linear": lambda: linear.run(options.counts),
        "collection": lambda: collection.run(options.texts, options.paragraphs, half, options.seed, compiling),
        "signatures": lambda: signatures.run(options.texts, options.paragraphs, half, options.seed),
        "growth": lambda: growth.run(options.sizes, options.limit, options.seed, options.plot),
        "copies": lambda: copies.run(options.paragraphs, half, options.seed),
        "short": lambda: short.run(options.texts, min(options.paragraphs, SHORT), half, options.seed),
        "recall": lambda: recall.run(options.texts, options.paragraphs, options.seed),
        "trees": lambda: trees.run(options.texts, half, options.seed),
        "worst": lambda: worst.run(options.words),
        "archive": lambda: archive.run(options.archived, options.runs, options.seed, options.address),
        "corpus": lambda: corpus.run(options.corpora, options.memory, options.seed),
        "spans": lambda: spans.run(options.megabytes, options.texts, options.memory, options.seed),
        "peers": lambda: peers.run(options.corpora, options.texts, options.memory, options.python, options.seed),
    }
    host = machine()
    print("\n".join(f"{key}: {value}" for key, value in host.items()))
    results = []
    for name in [options.name] if options.name else parts:
        results.append(parts[name]())
        print("\n" + show(results[-1]), flush=True)
    if options.json:
        write_json(options.json, host, results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
