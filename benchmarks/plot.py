"""The plot of time and memory against size, as SVG that reads on a light page and on a dark one."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

INK = "#123456"
"""Stands for the colour of text and axes until the file is written: there it is the reader's own."""

STYLE = "<style>svg{color:#1f2328}@media(prefers-color-scheme:dark){svg{color:#e6edf3}}</style>"

# colours of a middle lightness, told apart by the colour-blind as well, and so are the dashes and marks
OURS = {"compiled": ("#1f83d6", "-"), "reference": ("#1f83d6", ":")}
PEERS = {
    "datasketch": ("#d9600a", "-"),
    "rensa": ("#12966f", "-"),
    "gaoya": ("#bd63a0", "-"),
    "near-dupes": ("#b58900", "-"),
}


class Line(NamedTuple):
    """One system: seconds and MiB at each size; NaN where the memory is not known."""

    name: str
    sizes: Sequence[int]
    seconds: Sequence[float]
    mebibytes: Sequence[float]


def missing() -> str | None:
    """How to install what draws, or None where it is."""
    return None if find_spec("matplotlib") else "--plot needs matplotlib: python -m pip install matplotlib"


def draw(file: Path, lines: Sequence[Line]) -> None:
    """Write both panels, log-log, with a thin line from the first point of the first system that grows as the sizes."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    settings: Any = {
        "svg.fonttype": "none",
        "svg.hashsalt": "dedup",
        "font.family": "sans-serif",
        "font.size": 10,
        "text.color": INK,
        "axes.edgecolor": INK,
        "axes.labelcolor": INK,
        "xtick.color": INK,
        "ytick.color": INK,
    }
    with rc_context(settings):
        figure = Figure(figsize=(9, 4.6), layout="constrained")
        panels = figure.subplots(1, 2)
        for panel, what in zip(panels, ("seconds", "MiB beyond the texts"), strict=True):
            for line in lines:
                colour, dashes = _look(line.name)
                values = line.seconds if what == "seconds" else line.mebibytes
                mark = "s" if "lsh" in line.name else "o"
                panel.plot(
                    line.sizes, values, dashes, color=colour, marker=mark, markersize=4, linewidth=1.6, label=line.name
                )
            first = lines[0]
            start = (first.seconds if what == "seconds" else first.mebibytes)[0]
            ends = (first.sizes[0], first.sizes[-1])
            panel.plot(ends, (start, start * ends[1] / ends[0]), color=INK, linewidth=0.5, label="linear")
            panel.set(xscale="log", yscale="log", xlabel="paragraphs of 60 words", title=what)
            panel.grid(color=INK, alpha=0.15, linewidth=0.5)
            panel.spines[["top", "right"]].set_visible(False)
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False, fontsize=9)
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    drawing = file.read_text(encoding="utf-8").replace(INK, "currentColor")
    head, mark, rest = drawing.partition("<defs>")
    file.write_text(head + STYLE + mark + rest, encoding="utf-8")


def _look(name: str) -> tuple[str, str]:
    """The colour and the dashes of a system."""
    looks = {**OURS, **PEERS}
    return next((looks[part] for part in looks if part in name), (INK, "--"))
