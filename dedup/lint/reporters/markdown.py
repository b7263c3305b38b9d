"""``--format markdown``: for a comment on a pull or merge request."""

import re
from collections.abc import Iterator

from dedup.lint.findings import Finding, Report
from dedup.lint.reporters import View, summary
from dedup.lint.reporters.excerpt import harmless, inert
from dedup.lint.reporters.names import NAMED_PLACES, count, lead, valid, where

ROOM = 60_000
"""Characters of a report: GitHub takes 65,536 in a comment. Findings that do not fit are only counted."""

_PASSAGE = 400  # characters of a passage that are shown
_BACKTICKS = re.compile("`+")
_LINE_END = re.compile(r"\r\n|\n|\r")


def render(report: Report, view: View) -> Iterator[str]:
    """Yield a heading, a line that sums up, and the findings that fit. Linear in the findings.

    Whatever comes from a file (paths, passages, words in a message) is code, in which no link, mention or HTML is read
    and which it cannot end.
    """
    head = _head(report)
    yield head
    left = ROOM - len(head)
    for number, finding in enumerate(report.findings):
        text = _finding(finding, view)
        if len(text) > left:
            yield f"… and {count(len(report.findings) - number, 'more finding')}.\n"
            return
        left -= len(text)
        yield text


def code_span(text: str) -> str:
    """Return the text, on one line, as inline code: between more backticks than it has in a row."""
    text = valid(harmless(text)) or " "
    fence = "`" * (_longest_run(text) + 1)
    # readers remove one space on each side if both are there; it separates the text's backticks from the fence
    pad = " " if text.strip(" ") and (text[0] in "` " or text[-1] in "` ") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def code_block(text: str) -> str:
    """Return the text as a fenced code block.

    In a line that begins with two colons, a space separates them: printed in GitHub Actions, it would be a command.
    """
    lines = [valid(inert(line)) for line in _LINE_END.split(text)]
    fence = "`" * max(3, 1 + max(map(_longest_run, lines)))
    return "\n".join([f"{fence}text", *lines, fence]) + "\n"


def _longest_run(text: str) -> int:
    return max(map(len, _BACKTICKS.findall(text)), default=0)


def _head(report: Report) -> str:
    if summary.is_clean(report):
        line = f"In {summary.read(report)}"
    else:
        line = f"{summary.rules(report)} in {count(report.files, 'file')}; {summary.share(report)}"
    return f"### {summary.title(report)}\n\n{line}{summary.notes(report)}.\n" + "\n" * bool(report.findings)


def _finding(finding: Finding, view: View) -> str:
    place, also = lead(finding, view.focus)
    named = [place, *also[:NAMED_PLACES]]
    lines = [f"**{finding.severity.label} {finding.rule}** {finding.name}: {code_span(finding.message)}", ""]
    lines += [f"- {code_span(where(shown, view.folder))}" for shown in named]
    if len(also) > NAMED_PLACES:
        lines.append(f"- and {count(len(also) - NAMED_PLACES, 'more place')}")
    passage = place.source.text[place.start : min(place.end, place.start + _PASSAGE)]
    if passage:
        cut = "…" if place.end > place.start + _PASSAGE else ""
        lines += ["", code_block(passage + cut)]
    else:
        lines.append("")
    return "\n".join(lines) + "\n"
