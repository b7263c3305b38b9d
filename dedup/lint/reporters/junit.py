"""``--format junit``: JUnit XML, which most build servers show as test results."""

import re
from collections.abc import Iterator

from dedup.lint.findings import Finding, Report
from dedup.lint.reporters import View
from dedup.lint.reporters.addresses import lead, relative, sentence, where
from dedup.lint.rules import Severity

# What no XML 1.0 document can hold, not even as a reference.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# White space is written as a reference, because a parser changes that which stands in an attribute.
_REFERENCES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)
_KINDS = {Severity.ERROR: "error", Severity.WARNING: "failure", Severity.NOTE: "system-out"}


def render(report: Report, view: View) -> Iterator[str]:
    """One test case a finding, in ASCII: an error fails it as an error, a warning as a failure, and a note lets it
    pass. Where nothing was found one case passes, because an empty suite is taken for a fault. Linear in the places.
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
    # servers tell cases apart by class and name, and several findings may begin at one place
    name = f"{finding.rule} {finding.name} {finding.fingerprint[:12]}"
    told = f' type="{finding.rule}" message="{message}"' if kind != "system-out" else ""
    lines = "\n".join([message, *(_escape(where(one, folder)) for one in (place, *also))])
    return (
        f'<testcase classname="{path}" name="{name}" file="{path}" line="{place.line}">\n'
        f"<{kind}{told}>{lines}</{kind}>\n</testcase>\n"
    )


def _escape(text: str) -> str:
    """The text as it stands in an element or an attribute: in ASCII, with U+FFFD for what XML cannot hold."""
    legal = _FORBIDDEN.sub("\ufffd", text).translate(_REFERENCES)
    return legal.encode("ascii", "xmlcharrefreplace").decode()
