"""``--format concise``: one line a finding, as compilers write them; editors and scripts can jump to the place."""

from collections.abc import Iterator

from dedup.lint.findings import Report
from dedup.lint.reporters import View
from dedup.lint.reporters.addresses import lead, listed, where
from dedup.lint.reporters.excerpt import harmless

_NAMED = 3  # further places: more would not fit a line


def render(report: Report, view: View) -> Iterator[str]:
    """``path:line:column: CODE message; also at ...``, and nothing where nothing was found. Linear in the findings."""
    for finding in report.findings:
        place, also = lead(finding, view.focus)
        names = [where(one) for one in also[:_NAMED]]
        rest = f"; also at {listed(names, len(also))}" if also else ""
        yield f"{where(place)}: {finding.rule} {harmless(finding.message)}{rest}\n"
