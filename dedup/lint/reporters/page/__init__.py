"""``--format html``: one page for an editor, with every finding, its places side by side, and a map.

The page contains everything that it needs, is in ASCII (so that the encoding it is written in does not matter), and is
complete without JavaScript, which only filters and goes from one finding to the next. Its Content-Security-Policy
allows its own style and script, by their hashes, and nothing else.
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from importlib.resources import files

from dedup.lint.findings import Finding, Location, Report
from dedup.lint.reporters import View, evidence, summary
from dedup.lint.reporters.fields import measure_fields
from dedup.lint.reporters.names import RELATIONS, count
from dedup.lint.reporters.nesting import parents, shown_places
from dedup.lint.reporters.page import outline, passage
from dedup.lint.reporters.page.passage import html
from dedup.lint.rules import RULES

MAX_PLACES = 10
"""Places of one finding that are drawn; of the others only paths and lines are listed."""

_ORDERS = {
    "place": "as listed",
    "confidence": "most confident first",
    "words": "longest first",
    "places": "most places first",
}
"""The orders to choose from: "place", the order of the report, or a measure of a finding that is in its data
attributes, highest first; findings without it come before all others."""

_WHOLE_PLACES = 3  # later places are shortened if they are equal to the first
_SHORT = 320  # characters of a shortened place


def render(report: Report, view: View) -> Iterator[str]:
    """Yield the page: head, filters, map, findings. O(n log n) in the places."""
    documents = outline.documents(report.findings)
    numbers = {document.source.path: number for number, document in enumerate(documents)}
    yield from _head(report)
    yield from _filters(report, documents)
    yield '<div class="sides">\n<nav class="map" aria-label="Map of the files">\n<h2>Map</h2>\n<ol>\n'
    yield from outline.drawn(report.findings, documents)
    yield '</ol>\n</nav>\n<main id="findings">\n'
    outer = parents(report.findings)
    for index, finding in enumerate(report.findings):
        yield _article(index, finding, outer[index], numbers)
    if not report.findings:
        yield '<p class="none">No passage is repeated.</p>\n'
    yield f"</main>\n</div>\n<script>{_data('page.js')}</script>\n</body>\n</html>\n"


def _data(name: str) -> str:
    return files(__name__).joinpath(name).read_text("utf-8")


def _digest(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


def _head(report: Report) -> Iterator[str]:
    style = _data("page.css")
    policy = (
        f"default-src 'none'; style-src 'sha256-{_digest(style)}'; script-src 'sha256-{_digest(_data('page.js'))}'; "
        "base-uri 'none'; form-action 'none'"
    )
    title, files = summary.title(report), count(report.files, "file")
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>Repeated passages: {title} in {files}</title>\n"
        f"<style>{style}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#findings">Skip to the findings</a>\n<header class="top">\n'
        f'<div><h1>Repeated passages</h1>\n<p class="sum"><b>{title}</b> in {files}; {summary.share(report)}'
        f"{summary.notes(report)}.</p></div>\n"
        '<p class="legend"><span><mark>shared words</mark></span> <span><ins>words only here</ins></span> '
        "<span><del>words only in the first place</del></span> "
        '<span class="around">context</span></p>\n</header>\n'
    )


def _filters(report: Report, documents: Sequence[outline.Document]) -> Iterator[str]:
    # hidden until the script shows it, because only the script can filter
    yield '<form class="filters" id="filters" role="search" aria-label="Filter the findings" hidden>\n'
    yield '<fieldset><legend class="unseen">Rules</legend>\n'
    numbers = Counter(finding.rule for finding in report.findings)
    for code, rule in RULES.items():
        if not numbers[code]:
            continue
        number = f"{numbers[code]:,}"
        yield (
            f'<label title="{html(rule.summary)}"><input type="checkbox" name="rule" value="{code}" checked> '
            f'<span class="rule {code}">{code}</span> {rule.name} <span class="count">{number}</span></label>\n'
        )
    orders = "".join(f'<option value="{name}">{label}</option>' for name, label in _ORDERS.items())
    yield (
        '</fieldset>\n<label>File <input type="search" id="file" list="files" placeholder="part of a path" '
        'autocomplete="off" spellcheck="false" aria-keyshortcuts="/"></label>\n'
        '<label>Minimum <input type="number" id="least" min="0" placeholder="0"> words</label>\n'
        f'<label>Order <select id="order">{orders}</select></label>\n'
        '<span class="steps"><button type="button" id="previous" aria-keyshortcuts="k">'
        "Previous <kbd>k</kbd></button> "
        '<button type="button" id="next" aria-keyshortcuts="j">Next <kbd>j</kbd></button>'
        '</span>\n<output id="status" aria-live="polite"></output>\n<button type="button" id="all">Show all</button>\n'
        '<datalist id="files">\n'
    )
    for document in documents:
        yield f'<option value="{html(document.source.path)}"></option>\n'
    yield "</datalist>\n</form>\n"


def _article(index: int, finding: Finding, parent: int | None, numbers: Mapping[str, int]) -> str:
    name = f"r{index + 1}"
    files = " ".join(map(str, dict.fromkeys(numbers[place.path] for place in finding.places)))
    title = f"{finding.places[0].path} {finding.message}" if finding.unreadable else finding.message
    parts = [
        f'<article id="{name}" tabindex="-1" aria-labelledby="{name}h" data-rule="{finding.rule}" {_measures(finding)} '
        f'data-files="{files}">\n'
        f'<header><a class="number" href="#{name}">{index + 1}</a> <h2 id="{name}h">{html(title)}</h2> '
        f'<span class="rule {finding.rule}" title="{html(RULES[finding.rule].summary)}">'
        f"{finding.rule} {finding.name}</span></header>\n"
    ]
    if parent is not None:
        parts.append(f'<p class="within">Part of finding <a href="#r{parent + 1}">{parent + 1}</a>.</p>\n')
    parts.append('<div class="places">\n')
    shown = shown_places(finding, MAX_PLACES)
    for at, number in enumerate(shown):
        place = finding.places[number]
        whole = passage.WHOLE if at < _WHOLE_PLACES or place.changes else _SHORT
        parts.append(_place(place, whole, not finding.unreadable))
    parts.append("</div>\n")
    rest = [place for number, place in enumerate(finding.places) if number not in shown]
    if rest:
        parts.append(f'<details class="more"><summary>and {count(len(rest), "more place")}</summary>\n<ul>\n')
        for path, lines in passage.lines(rest):
            noun = "line" if len(lines) == 1 else "lines"
            parts.append(f"<li>{passage.path(path)} {noun} {', '.join(map(str, lines))}</li>\n")
        parts.append("</ul>\n</details>\n")
    parts.extend(_evidence(finding))
    parts.append(f'<p class="fingerprint">{finding.fingerprint}</p>\n</article>\n')
    return "".join(parts)


def _evidence(finding: Finding) -> Iterator[str]:
    """Yield how likely an editor acts on a finding, and what that comes from on demand."""
    if finding.confidence is None:
        return
    confidence = f'<span title="{evidence.MEANING}">Confidence {evidence.percent(finding.confidence)}</span>'
    if not finding.evidence:
        yield f'<p class="confidence">{confidence}</p>\n'
        return
    yield f'<details class="confidence"><summary>{confidence}</summary>\n'
    yield f"<table><caption>What raises (+) and lowers (-) it: {evidence.SCALE}</caption>\n"
    for contribution, words in evidence.contributions(finding):
        yield f"<tr><td>{contribution}</td><td>{html(words)}</td></tr>\n"
    yield "</table>\n</details>\n"


def _measures(finding: Finding) -> str:
    """Return the numbers of a finding as data attributes, which the script sorts and filters by."""
    measures = {**measure_fields(finding), "places": len(finding.places)}
    numbers = {name: value for name, value in measures.items() if isinstance(value, int | float)}
    return " ".join(f'data-{name}="{value}"' for name, value in numbers.items())


def _place(place: Location, whole: int, with_text: bool) -> str:
    line, column = place.source.position(place.start)
    end = place.source.position(place.end)[0]
    where = f"{line}:{column}" if end == line else f"{line}:{column} to {end}"
    relation = RELATIONS[place.relation]
    note = f' <span class="relation">{relation}</span>' if relation else ""
    caption = f"<figcaption>{passage.path(place.path)}:{where}{note}</figcaption>"
    shown = f'\n<blockquote dir="auto" lang="">{passage.drawn(place, whole)}</blockquote>' if with_text else ""
    return f"<figure>{caption}{shown}</figure>\n"
