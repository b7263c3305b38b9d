"""``--format jsonl``: one JSON object a line, for programs that read line by line."""

import json
from collections.abc import Iterator

from dedup.lint.findings import Report
from dedup.lint.reporters import View
from dedup.lint.reporters.json import VERSION, finding_object, rest_fields


def render(report: Report, view: View) -> Iterator[str]:
    """Every finding with the fields it has in ``json``, then a line with all the rest, in ASCII. Linear in the places.

    The last line, and no other, has a field `version`; a finding, and nothing else, has a field `rule`. A text without
    that last line is not complete.
    """
    for finding in report.findings:
        yield finding_object(finding) + "\n"
    yield json.dumps({"version": VERSION, **rest_fields(report)}) + "\n"
