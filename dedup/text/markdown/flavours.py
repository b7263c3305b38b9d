"""What publishing systems add to Markdown, passed over: one kind of construct after another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from dedup.text.markdown.boxes import mask_boxes
from dedup.text.markdown.directives import mask_directives
from dedup.text.markdown.masks import Layout, Look, Masked, Spans, blanked, rewritten
from dedup.text.markdown.templates import find_templates


def layout_of(body: str, events: Iterable[tuple[Any, Any]]) -> Layout:
    """Return the layout of a text, in characters, from the events of its parse."""
    code: Spans = []
    fenced: Spans = []
    indented: Spans = []
    rows: Spans = []
    for event, span in events:
        if event.__class__ is str:
            continue
        if "Code" in event:
            code.append((span["start"], span["end"]))
        elif "Start" in event:
            tag = event["Start"]
            if tag.__class__ is dict and "CodeBlock" in tag:
                code.append((span["start"], span["end"]))
                (indented if tag["CodeBlock"] == "Indented" else fenced).append(code[-1])
            elif tag == "HtmlBlock" or (tag.__class__ is dict and "Table" in tag):
                rows.append((span["start"], span["end"]))
    found = Layout(code, fenced, indented, rows)
    data = np.frombuffer(body.encode(), np.int8)
    if len(data) == len(body):
        return found
    position = np.concatenate((np.zeros(1, np.int64), np.cumsum(data >= -64)))
    # position[b] characters begin before byte b
    return Layout(*([(int(position[start]), int(position[end])) for start, end in spans] for spans in found))


def mask_markdown(body: str, look: Look) -> Masked:
    """Blank the boxes, directives, shortcodes and template tags of a Markdown text without lone CRs or surrogates.

    Linear in the length of the text; at most a dozen parses.
    """
    boxes = mask_boxes(body, look)
    masked = mask_tags(boxes.body, look)
    return masked._replace(passed=[*boxes.passed, *masked.passed], boxes=boxes.boxes)


def mask_tags(body: str, look: Look) -> Masked:
    """Blank the directives, shortcodes and template tags; at most six parses."""
    masked = mask_directives(body, look)
    body = masked.body
    if "{{" not in body and "{%" not in body:
        return masked
    layout = look(body)
    templates = find_templates(body, layout)
    body = blanked(rewritten(body, templates.rewrites), templates.passed, layout.rows)
    return Masked(body, [*masked.passed, *templates.passed], templates.comments, [])
