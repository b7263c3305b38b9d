"""``--format sarif``: the Static Analysis Results Interchange Format 2.1.0 (OASIS, 2020), for code scanning.

GitHub rejects a file with more than 25,000 results in a run or 1,000 locations in a result. What is more than that is
counted: in the message of a result or in a notification, and in a note.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from urllib.parse import quote

import dedup
from dedup.lint.findings import Failure, Finding, Location, Report, Source
from dedup.lint.reporters import View
from dedup.lint.reporters.fields import measure_fields
from dedup.lint.reporters.markdown import code_block
from dedup.lint.reporters.names import NAMED_PLACES, RELATIONS, beginning, count, lead, relative, sentence, valid, where
from dedup.lint.rules import RULES, Rule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

FINGERPRINT = "dedup/v1"
"""Name of a finding's fingerprint; its number is raised when fingerprints are computed differently."""

MAX_RESULTS = 25_000
"""Results of a run; of more findings, the most severe are written."""

MAX_LOCATIONS = 1_000
"""Locations of a result, with the one where it is reported."""

_BASE = "%SRCROOT%"  # GitHub and others take it for the root of the repository
_Artifact = Callable[[str], dict[str, str]]
_INDEX = {code: index for index, code in enumerate(RULES)}


def render(report: Report, view: View) -> Iterator[str]:
    """Yield one run, in ASCII, with one finding on each line.

    A finding is a result at its first place, with the others as related locations, the first of which are linked in the
    message. Takes linear time in the places.
    """
    findings = _most_severe(report.findings)
    omitted = len(report.findings) - len(findings)
    if omitted:
        view.note(f"sarif: {_omitted_results(omitted)}")
    shortened = [len(finding.places) - MAX_LOCATIONS for finding in findings if len(finding.places) > MAX_LOCATIONS]
    if shortened:
        view.note(
            f"sarif: {count(sum(shortened), 'place')} of {count(len(shortened), 'finding')} left out; a result has at "
            f"most {MAX_LOCATIONS:,} locations."
        )

    @cache  # a repeat may have thousands of places in one file
    def artifact(path: str) -> dict[str, str]:
        return _artifact(relative(path, view.folder))

    run = {
        "tool": {
            "driver": {
                "name": "dedup",
                "version": dedup.__version__,
                "rules": [_rule(rule) for rule in RULES.values()],
            }
        },
        "invocations": [
            {
                "executionSuccessful": not report.errors,
                "toolExecutionNotifications": [
                    *(_notification(failure, view.folder, artifact) for failure in report.errors),
                    *([{"level": "warning", "message": {"text": _omitted_results(omitted)}}] if omitted else []),
                ],
            }
        ],
        "originalUriBaseIds": {_BASE: {"description": {"text": "The folder in which dedup ran."}}},
        "language": "en",
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
    }
    head = json.dumps(run).removesuffix("}")
    yield f'{{"version": "2.1.0", "$schema": "{SCHEMA}", "runs": [\n{head},\n"results": ['
    separator = "\n"
    for finding in findings:
        yield separator + json.dumps(_result(finding, view, artifact))
        separator = ",\n"
    yield "\n]}]}\n"


def _most_severe(findings: Sequence[Finding]) -> Sequence[Finding]:
    """Return at most `MAX_RESULTS` findings, the most severe, in the order of the report."""
    if len(findings) <= MAX_RESULTS:
        return findings
    by_severity = sorted(range(len(findings)), key=lambda index: -findings[index].severity)
    return [findings[index] for index in sorted(by_severity[:MAX_RESULTS])]


def _omitted_results(number: int) -> str:
    return f"{count(number, 'finding')} left out; a run has at most {MAX_RESULTS:,} results."


def _rule(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": _plain(rule.summary)},
        "fullDescription": {"text": _plain(rule.why)},
        "help": {
            "text": _plain(f"{rule.why}\n\n{rule.remedy}\n\nExample:\n\n{rule.example}"),
            "markdown": _braces(f"{rule.why}\n\n{rule.remedy}\n\nExample:\n\n{code_block(rule.example.rstrip())}"),
        },
        "defaultConfiguration": {"level": rule.severity.label},
    }


def _notification(failure: Failure, folder: str, artifact: _Artifact) -> dict[str, object]:
    return {
        "level": "error",
        "message": {"text": _plain(f"{relative(failure.path, folder)} {failure.message}")},
        "locations": [{"physicalLocation": {"artifactLocation": artifact(failure.path)}}],
        "associatedRule": {"id": "DUP900", "index": _INDEX["DUP900"]},
    }


def _result(finding: Finding, view: View, artifact: _Artifact) -> dict[str, object]:
    place, every = lead(finding, view.focus)
    also = every[: MAX_LOCATIONS - 1]
    result: dict[str, object] = {
        "ruleId": finding.rule,
        "ruleIndex": _INDEX[finding.rule],
        "level": finding.severity.label,
        "message": {"text": _message(finding, every, view.folder)},
        "locations": [_location(place, artifact)],
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
    }
    if also:
        result["relatedLocations"] = [
            {"id": number, **_location(other, artifact), "message": {"text": _also(other)}}
            for number, other in enumerate(also, 1)
        ]
    if finding.fixes:
        result["fixes"] = [_fix(finding, artifact)]
    if finding.confidence is not None:
        result["rank"] = round(finding.confidence * 100, 2)
    if finding.kind is not None:
        result["properties"] = measure_fields(finding)
    return result


def _fix(finding: Finding, artifact: _Artifact) -> dict[str, object]:
    """Return the replacements in all files as one fix."""
    by_path: dict[str, list[dict[str, object]]] = {}
    for fix in finding.fixes:
        replacement = {
            "deletedRegion": _region(fix.source, fix.start, fix.end),
            "insertedContent": {"text": valid(fix.text)},
        }
        by_path.setdefault(fix.source.path, []).append(replacement)
    changes = [{"artifactLocation": artifact(path), "replacements": several} for path, several in by_path.items()]
    return {"description": {"text": "Apply the edit to the copies."}, "artifactChanges": changes}


def _message(finding: Finding, also: Sequence[Location], folder: str) -> str:
    text = _plain(sentence(finding, folder))
    if not also:
        return text
    links = [f"[{_link_text(where(place, folder))}]({number})" for number, place in enumerate(also[:NAMED_PLACES], 1)]
    more = f" and {len(also) - NAMED_PLACES:,} more" if len(also) > NAMED_PLACES else ""
    unlisted = len(also) - (MAX_LOCATIONS - 1)
    if unlisted > 0:
        more += f", of which {unlisted:,} are not listed"
    return f"{text}{beginning(finding)}{', '.join(links)}{more}"


def _also(place: Location) -> str:
    relation = RELATIONS[place.relation]
    return f"also here ({relation})" if relation else "also here"


def _location(place: Location, artifact: _Artifact) -> dict[str, object]:
    region = _region(place.source, place.start, place.end)
    return {"physicalLocation": {"artifactLocation": artifact(place.path), "region": region}}


def _region(source: Source, start: int, end: int) -> dict[str, int]:
    line, column, end_line, end_column = source.positions(start, end)
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _artifact(path: str) -> dict[str, str]:
    if path.startswith("//"):  # a network share on Windows: its host is not part of the path
        return {"uri": f"file:{_quoted(path)}"}
    if path.startswith("/"):
        return {"uri": f"file://{_quoted(path)}"}
    if path[1:3] == ":/":
        return {"uri": f"file:///{path[:2]}{_quoted(path[2:])}"}
    return {"uri": _quoted(path), "uriBaseId": _BASE}


def _quoted(path: str) -> str:
    """Return the bytes of the path, percent-encoded; the colon too, because it would make the first part a scheme."""
    try:
        return quote(path.encode("utf-8", "surrogateescape"), safe="/")
    except UnicodeEncodeError:  # names on Windows may have surrogates that do not stand for bytes
        return quote(path.encode("utf-8", "surrogatepass"), safe="/")


def _plain(text: str) -> str:
    """Return the text for a plain text message in which nothing is a link or a placeholder.

    A space breaks up what would be a link: readers differ in how they treat backslashes outside of one.
    """
    return _braces(text.replace("](", "] ("))


def _link_text(text: str) -> str:
    return _braces(text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]"))


def _braces(text: str) -> str:
    return valid(text.replace("{", "{{").replace("}", "}}"))
