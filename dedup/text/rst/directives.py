"""What is read of a directive of docutils, Sphinx and its commoner extensions, by name."""

from __future__ import annotations

from enum import Enum
from typing import Final


class Treatment(Enum):
    """What of a directive is text."""

    NOTHING = "nothing"
    CONTENT = "all but the options, as body"
    TITLE = "the arguments as a heading, the content as body"
    VERSION = "the arguments but the first word, and the content, as body"
    BODY = "the content as body; the arguments are not read"
    CODE = "the content as code; the arguments are not read"
    LITERAL = "all but the options, as code"
    QUOTE = "all but the options, as a quote"
    CELLS = "the arguments as a heading, the content as cells"


_NAMES: Final = {
    Treatment.NOTHING: """
        autosummary bibliography contents csv-table currentmodule date default-role digraph graph graphviz highlight
        image include index inheritance-diagram literalinclude mermaid meta plantuml plot raw role
        section-numbering sectionauthor sectnum tabularcolumns target-notes title toctree uml youtube""",
    Treatment.CONTENT: """
        attention caution compound danger error footer glossary header hint impl-detail important line-block note
        seealso tip todo warning availability""",
    Treatment.TITLE: "admonition centered rubric sidebar table topic",
    Treatment.VERSION: "deprecated versionadded versionchanged versionremoved",
    Treatment.CODE: "code code-block doctest ipython ipython3 prompt sourcecode testcode testoutput testsetup",
    Treatment.LITERAL: "math parsed-literal productionlist",
    Treatment.QUOTE: "epigraph highlights pull-quote",
    Treatment.CELLS: "list-table",
}
_TREATMENTS: Final = {name: treatment for treatment, names in _NAMES.items() for name in names.split()}


def treatment_of(name: str) -> Treatment:
    """Return what is read of the directive `name`; BODY for unknown names.

    A directive with an unknown name is usually the description of a function, whose signature is its argument, or a
    box.
    """
    return _TREATMENTS.get(name.lower(), Treatment.BODY)
