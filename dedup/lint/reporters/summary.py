"""The sentence that sums up a report for people, in parts that every format puts together in its own way."""

from dedup.lint.findings import Report
from dedup.lint.reporters.names import count


def is_clean(report: Report) -> bool:
    """Return whether there is no finding, shown or not, except about files that could not be read."""
    return _number(report) <= len(report.errors)


def _number(report: Report) -> int:
    return len(report.findings) + report.summary.omitted


def title(report: Report) -> str:
    """Return what was found: "2 findings", "No repeats", or "No new repeats" if there are some in the baseline."""
    if not is_clean(report):
        return count(_number(report), "finding")
    return "No new repeats" if report.summary.known else "No repeats"


def rules(report: Report) -> str:
    """Return the number of findings of each rule: "3 DUP001, 1 DUP003"."""
    return ", ".join(f"{number:,} {code}" for code, number in report.summary.rules.items())


def read(report: Report) -> str:
    """Return what was read: "3 files, 2,000 words"."""
    return f"{count(report.files, 'file')}, {count(report.summary.words, 'word')}"


def share(report: Report) -> str:
    """Return how much of what was read is repeated: "57 of 286 words (19.9%) are repeated", or "286 words read".

    Only DUP001-003 count: with other findings alone, a share of nothing would puzzle.
    """
    summary = report.summary
    words = count(summary.words, "word")
    if not summary.repeated_words:
        return f"{words} read"
    return f"{summary.repeated_words:,} of {words} ({summary.repeated_share:.1%}) are repeated"


def notes(report: Report) -> str:
    """Return what is not among the findings, each part after a semicolon: "; 2 findings in the baseline"."""
    parts = []
    if report.summary.omitted:
        parts.append(f"{count(report.summary.omitted, 'more finding')} not shown (--top)")
    if report.summary.known:
        parts.append(f"{count(report.summary.known, 'finding')} in the baseline")
    if report.summary.weaker:
        parts.append(f"{count(report.summary.weaker, 'weaker finding')} left out (--min-confidence 0 shows all)")
    if report.errors:
        parts.append(f"{count(len(report.errors), 'path')} could not be read")
    return "".join(f"; {part}" for part in parts)
