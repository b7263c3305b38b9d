"""``--format concise``: one line for each finding, as compilers write them; editors and scripts can open the place."""

from collections.abc import Iterator

from dedup.lint.findings import Report
from dedup.lint.reporters import View
from dedup.lint.reporters.excerpt import harmless
from dedup.lint.reporters.names import further, lead, where

_NAMED = 3  # further places: more would not fit on a line


def render(report: Report, view: View) -> Iterator[str]:
    """Yield ``path:line:column: CODE message; also at ...`` for each finding. Linear in the findings."""
    for finding in report.findings:
        place, also = lead(finding, view.focus)
        names = [where(other) for other in also[:_NAMED]]
        rest = further(finding, names)
        yield f"{_no_command(where(place))}: {finding.rule} {harmless(finding.message)}{rest}\n"


def _no_command(path: str) -> str:
    """Return a path that GitHub Actions does not take for a workflow command: a line that begins with two colons."""
    return f"./{path}" if path.lstrip().startswith("::") else path
