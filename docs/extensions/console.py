"""Examples that are run when the site is built: a page shows the files, the commands, and what they really print.

All examples of one page share one folder, in the order of the page.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata, OptionSpec

logger = logging.getLogger(__name__)
_folders: dict[str, tempfile.TemporaryDirectory[str]] = {}


def environment() -> dict[str, str]:
    """Return the environment of an example: this Python's ``dedup`` first, no colour, no settings of the user's git."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
    git = {f"GIT_{role}_{part}": "docs" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    return {
        **kept,
        **git,
        "DEDUP_CACHE_DIR": os.devnull,  # keeps nothing
        "GIT_CONFIG_GLOBAL": os.devnull,
        "NO_COLOR": "1",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
    }


def dedup_command(arguments: list[str], folder: str) -> subprocess.CompletedProcess[str]:
    """Run ``dedup`` in a folder and return what it printed."""
    command = [sys.executable, "-m", "dedup", *arguments]
    return subprocess.run(command, cwd=folder, env=environment(), capture_output=True, encoding="utf-8", check=False)


class _Example(SphinxDirective):
    has_content = True

    @property
    def folder(self) -> Path:
        """The folder in which the examples of this page are run."""
        name = self.env.docname
        if name not in _folders:
            _folders[name] = tempfile.TemporaryDirectory(prefix="example-")
        return Path(_folders[name].name)


class File(_Example):
    """``{file} path``: show a file and write it for the commands that follow."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[OptionSpec] = {"language": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        """Write the file and return a block with its name and its text."""
        path = self.folder / self.arguments[0]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(self.content) + "\n", encoding="utf-8")
        suffixes = {".md": "markdown", ".toml": "toml", ".yaml": "yaml", ".rst": "rst", ".py": "python"}
        language = self.options.get("language", suffixes.get(path.suffix, "text"))
        block = nodes.literal_block(text="\n".join(self.content), language=language)
        container = nodes.container("", literal_block=True, classes=["literal-block-wrapper"])
        container += [nodes.caption("", "", nodes.literal(text=self.arguments[0])), block]
        return [container]


class Run(_Example):
    """``{run}``: run each line of the content in a shell, and show it with what it prints.

    The exit code of the last line must be that of the option ``exit``, 0 if it is not given. ``hidden`` shows nothing;
    ``input`` shows only the commands.
    """

    option_spec: ClassVar[OptionSpec] = {
        "exit": directives.nonnegative_int,
        "hidden": directives.flag,
        "input": directives.flag,
    }

    def run(self) -> list[nodes.Node]:
        """Run the lines and return a console block."""
        shown, code = [], 0
        for line in self.content:
            done = subprocess.run(
                ["bash", "-c", line],
                cwd=self.folder,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                check=False,
            )
            shown.append(f"$ {line}")
            if "input" not in self.options and done.stdout:
                # The folder of the example has another name each time the site is built.
                shown.append(done.stdout.rstrip("\n").replace(f"{self.folder}{os.sep}", ""))
            code = done.returncode
        wanted = self.options.get("exit", 0)
        if code != wanted:
            logger.warning(
                "exit code %s, expected %s:\n%s", code, wanted, "\n".join(shown), location=self.get_location()
            )
        if "hidden" in self.options:
            return []
        return [nodes.literal_block(text="\n".join(shown), language="console")]


def strip_blocks(app: Sphinx, doctree: nodes.document) -> None:
    """Drop the blank line that ends a doctest before the fence: doctest needs it, a reader does not."""
    for block in doctree.findall(nodes.literal_block):
        text = block.rawsource.rstrip("\n")
        block.rawsource, block[:] = text, [nodes.Text(text)]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directives."""
    app.add_directive("file", File)
    app.add_directive("run", Run)
    app.connect("doctree-read", strip_blocks)
    return {"parallel_read_safe": True}
