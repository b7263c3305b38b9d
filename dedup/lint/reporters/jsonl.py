"""``--format jsonl``: one JSON object on each line, for programs that read line by line."""

import json
from collections.abc import Iterator

from dedup.lint.findings import Report
from dedup.lint.reporters import View
from dedup.lint.reporters.fields import report_fields
from dedup.lint.reporters.json import VERSION, finding_object


def render(report: Report, view: View) -> Iterator[str]:
    """Yield each finding as in ``json``, then a line with everything else, in ASCII. Linear in the places.

    Only the last line has the key `version`, and only findings have the key `rule`. A file without that last line is
    incomplete.
    """
    for finding in report.findings:
        yield finding_object(finding) + "\n"
    yield json.dumps({"version": VERSION, **report_fields(report)}) + "\n"
