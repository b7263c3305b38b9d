"""Draws ``article.svg``, the picture in the README, from what the command prints: ``python -m tests.picture``."""

import os
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME
from rich.text import Text

ROOT = Path(__file__).parent.parent
COMMAND = ["dedup", "lint", "tests/article.md"]


def draw() -> str:
    """The picture, as SVG."""
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {"FORCE_COLOR": "1"}
    command = [sys.executable, "-m", *COMMAND]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, encoding="utf-8", check=False)
    if done.returncode != 1:
        raise SystemExit(f"{' '.join(COMMAND)} ended with {done.returncode}; 1 was expected")
    console = Console(record=True, width=100, file=StringIO(), force_terminal=True, color_system="standard")
    console.print(Text.from_ansi(f"$ {' '.join(COMMAND)}\n{done.stdout.rstrip()}"), soft_wrap=True)
    picture = console.export_svg(title="", theme=SVG_EXPORT_THEME, unique_id="article")
    # rich has the font loaded from the net; any font of fixed width will do
    picture = re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)
    return re.sub(r"[ \t]+$", "", picture, flags=re.MULTILINE)


if __name__ == "__main__":
    (ROOT / "tests" / "article.svg").write_text(draw().rstrip() + "\n", encoding="utf-8")
