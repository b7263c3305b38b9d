"""``--format sarif``: the Static Analysis Results Interchange Format 2.1.0 (OASIS, 2020), for code scanning."""

import json
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from urllib.parse import quote

import dedup
from dedup.lint.findings import Failure, Finding, Location, Report
from dedup.lint.reporters import View
from dedup.lint.reporters.addresses import NAMED_PLACES, lead, relative, sentence, valid, where
from dedup.lint.reporters.markdown import code_block
from dedup.lint.rules import RULES, Rule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

FINGERPRINT = "dedup/v1"
"""The name under which a finding's fingerprint stands; its number is raised if fingerprints are made otherwise."""

_BASE = "%SRCROOT%"  # what GitHub and others take for the root of the repository
_Artifact = Callable[[str], dict[str, str]]
_INDEX = {code: index for index, code in enumerate(RULES)}


def render(report: Report, view: View) -> Iterator[str]:
    """One run, in ASCII, with one finding a line: a result at its first place, and all the others as related
    locations, the first of them linked in the message. Linear in the places.
    """

    @cache  # a repeat may stand thousands of times in one file
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
                    _notification(failure, view.folder, artifact) for failure in report.errors
                ],
            }
        ],
        "originalUriBaseIds": {_BASE: {"description": {"text": "The folder in which dedup was run."}}},
        "language": "en",
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
    }
    head = json.dumps(run).removesuffix("}")
    yield f'{{"version": "2.1.0", "$schema": "{SCHEMA}", "runs": [\n{head},\n"results": ['
    separator = "\n"
    for finding in report.findings:
        yield separator + json.dumps(_result(finding, view, artifact))
        separator = ",\n"
    yield "\n]}]}\n"


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
    place, also = lead(finding, view.focus)
    result: dict[str, object] = {
        "ruleId": finding.rule,
        "ruleIndex": _INDEX[finding.rule],
        "level": finding.severity.label,
        "message": {"text": _message(finding, also, view.folder)},
        "locations": [_location(place, artifact)],
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
    }
    if also:
        result["relatedLocations"] = [
            {"id": number, **_location(one, artifact), "message": {"text": "stands here too"}}
            for number, one in enumerate(also, 1)
        ]
    if finding.kind is not None:
        result["properties"] = {"kind": finding.kind, "words": finding.words, "similarity": finding.similarity}
    return result


def _message(finding: Finding, also: Sequence[Location], folder: str) -> str:
    text = _plain(sentence(finding, folder))
    if not also:
        return text
    links = [f"[{_link_text(where(place, folder))}]({number})" for number, place in enumerate(also[:NAMED_PLACES], 1)]
    more = f" and {len(also) - NAMED_PLACES:,} more" if len(also) > NAMED_PLACES else ""
    return f"{text}; also at {', '.join(links)}{more}"


def _location(place: Location, artifact: _Artifact) -> dict[str, object]:
    line, column = place.source.position(place.start)
    end_line, end_column = place.source.position(place.end)
    region = {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}
    return {"physicalLocation": {"artifactLocation": artifact(place.path), "region": region}}


def _artifact(path: str) -> dict[str, str]:
    if path.startswith("//"):  # a share on Windows: its host is no part of the path
        return {"uri": f"file:{_quoted(path)}"}
    if path.startswith("/"):
        return {"uri": f"file://{_quoted(path)}"}
    if path[1:3] == ":/":
        return {"uri": f"file:///{path[:2]}{_quoted(path[2:])}"}
    return {"uri": _quoted(path), "uriBaseId": _BASE}


def _quoted(path: str) -> str:
    """The bytes of the path, percent-encoded; also the colon, which would make the first part a scheme."""
    try:
        return quote(path.encode("utf-8", "surrogateescape"), safe="/")
    except UnicodeEncodeError:  # Windows knows names with surrogates that stand for no byte
        return quote(path.encode("utf-8", "surrogatepass"), safe="/")


def _plain(text: str) -> str:
    """As a part of a plain text message in which nothing is a link or a placeholder.

    A blank parts what would be a link: readers differ in what they make of backslashes outside of one.
    """
    return _braces(text.replace("](", "] ("))


def _link_text(text: str) -> str:
    return _braces(text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]"))


def _braces(text: str) -> str:
    return valid(text.replace("{", "{{").replace("}", "}}"))
