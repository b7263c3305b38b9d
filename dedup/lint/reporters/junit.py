"""``--format junit``: JUnit XML, which most build servers show as test results."""

import re
from collections.abc import Iterator

from dedup.lint.findings import Finding, Report
from dedup.lint.reporters import View
from dedup.lint.reporters.names import NO_COMMAND, lead, relative, sentence, where
from dedup.lint.rules import Severity

# What an XML 1.0 document cannot contain, not even as a reference, and other control characters, which it should not.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# White space is written as a reference, because a parser normalises it in attributes.
_REFERENCES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)
_KINDS = {Severity.ERROR: "error", Severity.WARNING: "failure", Severity.NOTE: "system-out"}


def render(report: Report, view: View) -> Iterator[str]:
    """Yield a test case for each finding, in ASCII: an error is an error, a warning is a failure, and a note passes.

    Without findings, one test case passes, because some servers treat an empty suite as an error. Linear in the
    places.
    """
    kinds = [_KINDS[finding.severity] for finding in report.findings]
    counts = f'tests="{len(kinds) or 1}" failures="{kinds.count("failure")}" errors="{kinds.count("error")}"'
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name="dedup" {counts}>\n<testsuite name="dedup" {counts} skipped="0">\n'
    for finding, kind in zip(report.findings, kinds, strict=True):
        yield _case(finding, kind, view)
    if not kinds:
        yield '<testcase classname="dedup" name="no repeats"/>\n'
    yield "</testsuite>\n</testsuites>\n"


def _case(finding: Finding, kind: str, view: View) -> str:
    place, also = lead(finding, view.focus)
    folder = view.folder
    path, message = _escape(relative(place.path, folder)), _escape(sentence(finding, folder))
    # servers identify a case by class and name, and several findings may begin at one place
    name = f"{finding.rule} {finding.name} {finding.fingerprint[:12]}"
    attributes = f' type="{finding.rule}" message="{message}"' if kind != "system-out" else ""
    lines = "\n".join([message, *(_escape(where(other, folder)) for other in (place, *also))])
    return (
        f'<testcase classname="{path}" name="{name}" file="{path}" line="{place.line}">\n'
        f"<{kind}{attributes}>{lines}</{kind}>\n</testcase>\n"
    )


def _escape(text: str) -> str:
    """Return the text for an element or an attribute: in ASCII, with U+FFFD for what XML cannot contain."""
    legal = _FORBIDDEN.sub("\ufffd", text).translate(_REFERENCES).replace("::", NO_COMMAND)
    return legal.encode("ascii", "xmlcharrefreplace").decode()
