"""A finding and a summary as the fields that programs read: each is declared here, for every format that has it."""

from dedup.lint.findings import Finding, Report


def measure_fields(finding: Finding) -> dict[str, object]:
    """Return what was measured of a repeat: in ``json``, and in the properties of a SARIF result."""
    return {
        "kind": finding.kind,
        "words": finding.words,
        "similarity": finding.similarity,
        "confidence": finding.confidence,
        "evidence": {
            evidence.feature: {"value": evidence.value, "contribution": evidence.contribution}
            for evidence in finding.evidence
        },
    }


def finding_fields(finding: Finding) -> dict[str, object]:
    """Return everything about a finding except its places."""
    return {
        "rule": finding.rule,
        "name": finding.name,
        "severity": finding.severity.label,
        "message": finding.message,
        **measure_fields(finding),
        "fingerprint": finding.fingerprint,
        **_edit_fields(finding),
    }


def _edit_fields(finding: Finding) -> dict[str, object]:
    """Return what was edited at the first place of a stale copy, and what brings the copies up to date."""
    if not finding.edits:
        return {}
    fixes = [{"path": fix.source.path, "start": fix.start, "end": fix.end, "text": fix.text} for fix in finding.fixes]
    return {"edits": [{"old": edit.was, "new": edit.now} for edit in finding.edits], "fixes": fixes}


def report_fields(report: Report) -> dict[str, object]:
    """Return everything about a report except its findings."""
    summary = report.summary
    totals: dict[str, object] = {}
    if summary.totals is not None:
        totals["by_file"] = [total._asdict() for total in summary.totals.by_file]
    return {
        "errors": [{"path": failure.path, "message": failure.message} for failure in report.errors],
        "files": report.files,
        "summary": {
            "rules": dict(summary.rules),
            "words": summary.words,
            "repeated_words": summary.repeated_words,
            "repeated_share": round(summary.repeated_share, 6),
            "known": summary.known,
            "weaker": summary.weaker,
            "omitted": summary.omitted,
            **totals,
        },
    }
