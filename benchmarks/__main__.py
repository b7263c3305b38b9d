"""The command line of the benchmarks."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import cold, linear, near, passages
from benchmarks.report import Result, machine, show, write_json

ARTICLE = Path(__file__).parent.parent / "tests" / "article.md"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = ("passages", "cold", "near", "linear")
    parser.add_argument("name", nargs="?", choices=names, metavar="NAME", help=f"one of {', '.join(names)}; else all")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the same here")
    parser.add_argument("--seed", type=int, default=1, help="of all generated text (default 1)")
    parser.add_argument(
        "--texts", nargs="+", metavar="PATH", help="passages: files or folders, joined, instead of generated text"
    )
    parser.add_argument("--markup", choices=("plain", "markdown"), default="plain", help="passages: default plain")
    parser.add_argument("--runs", type=int, default=7, help="passages: paired runs; cold: three times as many")
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
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for, and print each result as soon as it is there."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if min(options.runs, options.trials, *options.counts) < 1:
        parser.error("--runs, --trials and --counts take numbers from 1")
    parts: dict[str, Callable[[], Result]] = {
        "passages": lambda: passages.run(options.texts, options.markup, options.runs, options.seed),
        "cold": lambda: cold.run(options.article, 3 * options.runs),
        "near": lambda: near.run(options.trials, options.seed),
        "linear": lambda: linear.run(options.counts),
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
