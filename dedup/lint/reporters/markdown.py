"""``--format markdown``: for a comment on a pull or merge request."""

import re
from collections.abc import Iterator

from dedup.lint.findings import Finding, Report
from dedup.lint.reporters import View
from dedup.lint.reporters.addresses import NAMED_PLACES, counted, lead, valid, where
from dedup.lint.reporters.excerpt import harmless

ROOM = 60_000
"""Characters of a report: GitHub takes 65,536 in a comment. Of findings that do not fit only the number is told."""

_PASSAGE = 400  # characters of a passage that are shown
_BACKTICKS = re.compile("`+")
_LINE_END = re.compile(r"\r\n|\n|\r")


def render(report: Report, view: View) -> Iterator[str]:
    """A heading, a line that sums up, and the findings that there is room for. Linear in the findings.

    Whatever comes from a file (paths, passages, words in a message) stands in code, from which nothing can break out
    and in which no link, no mention and no HTML is read.
    """
    head = _head(report)
    yield head
    left = ROOM - len(head)
    for number, finding in enumerate(report.findings):
        text = _finding(finding, view)
        if len(text) > left:
            yield f"… and {counted(len(report.findings) - number, 'more finding')}.\n"
            return
        left -= len(text)
        yield text


def code_span(text: str) -> str:
    """The text, on one line, as inline code: between more backticks than stand in it together."""
    text = valid(harmless(text)) or " "
    fence = "`" * (_longest_run(text) + 1)
    # one blank on each side is taken off again where both are there, and parts the text's backticks from the fence
    pad = " " if text.strip(" ") and (text[0] in "` " or text[-1] in "` ") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def code_block(text: str) -> str:
    """The text as a fenced block of code."""
    lines = [valid(harmless(line)) for line in _LINE_END.split(text)]
    fence = "`" * max(3, 1 + max(map(_longest_run, lines)))
    return "\n".join([f"{fence}text", *lines, fence]) + "\n"


def _longest_run(text: str) -> int:
    return max(map(len, _BACKTICKS.findall(text)), default=0)


def _head(report: Report) -> str:
    summary = report.summary
    files = counted(report.files, "file")
    known = (
        f"; {counted(summary.known, 'finding')} more {'is' if summary.known == 1 else 'are'} known"
        if summary.known
        else ""
    )
    if not report.findings:
        title = "Nothing new" if summary.known else "No repeats"
        return f"### {title}\n\n{counted(summary.words, 'word')} read in {files}{known}.\n"
    counts = ", ".join(f"{number:,} {code}" for code, number in summary.rules.items())
    share = f"{summary.repeated_words:,} of {counted(summary.words, 'word')} ({summary.repeated_share:.1%})"
    title = counted(len(report.findings), "finding")
    return f"### {title}\n\n{counts}. Of {files} read, {share} stand in a repeat{known}.\n\n"


def _finding(finding: Finding, view: View) -> str:
    place, also = lead(finding, view.focus)
    named = [place, *also[:NAMED_PLACES]]
    lines = [f"**{finding.severity.label} {finding.rule}** {finding.name}: {code_span(finding.message)}", ""]
    lines += [f"- {code_span(where(one, view.folder))}" for one in named]
    if len(also) > NAMED_PLACES:
        lines.append(f"- and {counted(len(also) - NAMED_PLACES, 'more place')}")
    passage = place.source.text[place.start : min(place.end, place.start + _PASSAGE)]
    if passage:
        cut = "…" if place.end > place.start + _PASSAGE else ""
        lines += ["", code_block(passage + cut)]
    else:
        lines.append("")
    return "\n".join(lines) + "\n"
