"""The markups that texts are read in: one entry each, with all that other rooms ask of a markup."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from dedup.text.marks import Marks


class Comments(NamedTuple):
    """How a comment is written in a markup."""

    opening: str
    closing: str
    place: Literal["line", "paragraph", "text"]
    """Where a comment about a block is best written: on a line above it, as a paragraph of its own above it, or right
    before its text."""

    def written(self, words: str) -> str:
        """Return a comment of these words."""
        return f"{self.opening}{words}{self.closing}"


class Markup(NamedTuple):
    """One markup."""

    name: str
    extensions: tuple[str, ...]
    """Of the files that are read in it unless a configuration says otherwise; in lower case, with the dot."""
    reader: str
    """``module:function`` of the reader. It is imported for the first text, because some readers are slow to import."""
    comments: Comments | None
    """None: it has no comments."""
    passes_over: bool = True
    """Whether anything but white space can lie between and inside its blocks without being text."""

    def mark(self, text: str) -> Marks:
        """Return the blocks of a text, and what is passed over inside them."""
        module, _, function = self.reader.partition(":")
        marks: Marks = getattr(import_module(module), function)(text)
        return marks


_HTML: Final = Comments("<!-- ", " -->", "text")

MARKUPS: Final[Mapping[str, Markup]] = MappingProxyType(
    {
        markup.name: markup
        for markup in (
            Markup("plain", (".txt", ".text"), "dedup.text.plain:mark_plain", None, passes_over=False),
            Markup(
                "markdown",
                (".md", ".markdown", ".mdown", ".mkd", ".qmd", ".rmd"),
                "dedup.text.markdown:mark_markdown",
                _HTML._replace(place="line"),
            ),
            Markup("html", (".html", ".htm", ".xhtml"), "dedup.text.html:mark_html", _HTML),
            Markup("mdx", (".mdx",), "dedup.text.markdown:mark_mdx", Comments("{/* ", " */}", "line")),
            Markup("rst", (".rst", ".rest"), "dedup.text.rst:mark_rst", Comments(".. ", "", "paragraph")),
        )
    }
)
"""Every markup by its name."""

EXTENSIONS: Final[Mapping[str, str]] = MappingProxyType(
    {extension: markup.name for markup in MARKUPS.values() for extension in markup.extensions}
)
"""The name of the markup of every extension."""


def markup_named(name: str) -> Markup:
    """Return the markup of this name.

    Raises
    ------
    ValueError
        There is none.
    """
    markup = MARKUPS.get(name)
    if markup is None:
        raise ValueError(f"markup={name!r} is unknown; allowed: {', '.join(map(repr, MARKUPS))}")
    return markup


def with_extensions(added: Mapping[str, str]) -> Mapping[str, str]:
    """Return `EXTENSIONS` with further ones, which win.

    Parameters
    ----------
    added
        The name of a markup for each extension, such as ``{".md.j2": "markdown"}``. Case is of no importance.

    Raises
    ------
    ValueError
        An extension does not begin with a dot or holds a slash, or a markup is unknown.
    """
    for extension, name in added.items():
        if not extension.startswith(".") or len(extension) < 2 or "/" in extension:
            raise ValueError(
                f"extension {extension!r} is not one; allowed is what a file's name ends with, such as '.md'"
            )
        markup_named(name)
    return MappingProxyType({**EXTENSIONS, **{extension.lower(): name for extension, name in added.items()}})


def markup_of(path: str, extensions: Mapping[str, str] = EXTENSIONS) -> str | None:
    """Return the name of the markup that the longest known extension of a path stands for; None if it has none.

    A dot at the start of a file's name begins no extension.
    """
    name = path.rpartition("/")[2].lower()
    dot = name.find(".", len(name) - len(name.lstrip(".")))
    while dot >= 0:
        if name[dot:] in extensions:
            return extensions[name[dot:]]
        dot = name.find(".", dot + 1)
    return None
