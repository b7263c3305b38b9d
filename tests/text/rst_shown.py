"""What docutils shows of a reStructuredText document, block by block: the oracle of the reader."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.parsers.rst import Directive, Parser, directives, roles
from docutils.utils import new_document

from dedup.text.marks import Block
from dedup.text.tokens import folded, tokenize
from tests.text.marked import MOVED, without_moves

SEPARATING = (nodes.image, nodes.footnote_reference, nodes.citation_reference, nodes.substitution_reference)
UNREAD = (
    nodes.system_message,
    nodes.target,
    nodes.label,
    nodes.substitution_definition,
    nodes.pending,
    nodes.meta,
    nodes.raw,
)
LISTS = (nodes.list_item, nodes.definition_list_item, nodes.field, nodes.option_list_item)
# What makes a quote of an indented part that begins with it.
QUOTED = (nodes.paragraph, nodes.definition_list, nodes.option_list)

Words = list[tuple[str, str]]
"""(kind, folded tokens joined by spaces) of every block that has tokens."""


def shown_text(role: str, rawtext: str, text: str, *others: object) -> tuple[list[nodes.Node], list[nodes.Node]]:
    """A role as Sphinx shows it: of ``text <target>``, the text."""
    title = re.fullmatch(r"(.+?)\s*(?<!\x00)<(?:[^<>\x00]|\x00.)+>", text, re.DOTALL)
    return [nodes.literal(rawtext, (title[1] if title else text).replace("\0", ""))], []


class Body(Directive):
    """A directive of Sphinx: arguments, options and content that is body."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = None

    def run(self) -> list[nodes.Node]:
        """The content."""
        node = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]


def parsed(source: str, role_names: tuple[str, ...] = (), body_names: tuple[str, ...] = ()) -> nodes.document:
    """The document as docutils' parser leaves it, before any transform."""
    for name in role_names:
        roles.register_local_role(name, shown_text)  # type: ignore[arg-type]
    for name in body_names:
        directives.register_directive(name, Body)
    settings: Any = get_default_settings(Parser)
    settings.report_level = settings.halt_level = 5
    settings.file_insertion_enabled = settings.raw_enabled = False
    settings.syntax_highlight = "none"
    document = new_document("source", settings)
    Parser().parse(source, document)
    return document


def words_shown(document: nodes.document) -> Words:
    """The words of every block, in order."""
    blocks: list[tuple[Block, str]] = []
    _walk(document, Block.PROSE, blocks)
    texts = ((kind.name, without_moves(text)) for kind, text in blocks)
    read = ((kind, " ".join(folded(text, tokenize(text)))) for kind, text in texts)
    return [(kind, words) for kind, words in read if words]


def _walk(node: nodes.Node, kind: Block, blocks: list[tuple[Block, str]]) -> None:
    def inside(inner: Block) -> Block:
        if kind is Block.QUOTE or (kind is Block.CELL and inner is Block.LIST):
            return kind
        return inner

    for child in node.children:
        if isinstance(child, UNREAD):
            if isinstance(child, nodes.target) and child.children:
                blocks.append((kind, _text(child)))
        elif isinstance(child, nodes.comment):
            blocks.append((Block.COMMENT, child.astext()))
        elif isinstance(child, nodes.title | nodes.rubric):
            blocks.append((inside(Block.HEADING), _text(child)))
        elif isinstance(child, nodes.literal_block | nodes.doctest_block | nodes.math_block):
            blocks.append((inside(Block.CODE), _text(child)))
        elif isinstance(child, nodes.line_block):
            blocks.append((kind, "\n".join(_text(line) for line in child.findall(nodes.line))))
        elif isinstance(child, nodes.option):
            pass
        elif isinstance(child, nodes.option_group):
            blocks.append((inside(Block.LIST), " ".join(option.astext() for option in child.children)))
        elif isinstance(child, nodes.term | nodes.field_name):
            below = child.parent.children[1:]
            extra = " ".join(_text(part) for part in below if isinstance(part, nodes.classifier))
            blocks.append((kind, f"{_text(child)} {extra}"))
        elif isinstance(child, nodes.classifier):
            pass
        elif isinstance(child, nodes.TextElement):
            blocks.append((kind, _text(child)))
        elif isinstance(child, LISTS):
            _walk(child, inside(Block.LIST), blocks)
        elif isinstance(child, nodes.block_quote):
            first = next((part for part in child.children if not isinstance(part, nodes.system_message)), None)
            quoted = bool(child["classes"]) or isinstance(first, QUOTED)
            _walk(child, inside(Block.QUOTE) if quoted else kind, blocks)
        elif isinstance(child, nodes.entry):
            _walk(child, inside(Block.CELL), blocks)
        else:
            _walk(child, kind, blocks)


def _text(node: nodes.Node) -> str:
    if isinstance(node, nodes.Text):
        return node.astext()
    if isinstance(node, SEPARATING):
        return " "
    if isinstance(node, nodes.system_message):
        return ""
    shown = "".join(map(_text, node.children))
    return MOVED + shown + MOVED if isinstance(node, nodes.superscript | nodes.subscript) else shown
