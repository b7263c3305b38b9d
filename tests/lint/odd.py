"""Reports with names and texts that nobody meant to write: what every format has to hold."""

from typing import get_args

from hypothesis import strategies as st

from dedup.lint.findings import Failure, Finding, Location, Relation, Report, Source, Summary
from dedup.lint.rules import RULES, Severity

PIECES = [
    *"aé語𝒂 %:,;|<>&\"'`[](){}\\/*_#@!~-=",
    *("\n", "\r\n", "\r", "\t", "\0", "\x1b[2J", "\x7f", "\x85", "\u2028", "\u202e", "\ufeff", "\ufffe"),
    *("\ud800", "\udfff", "\udce9"),
    *(
        "::",
        "]]>",
        "](1)",
        "[x](2)",
        "{0}",
        "%0A",
        "%25",
        "&amp;",
        "```",
        "~~~",
        "<!--",
        "-->",
        "</details>",
        "@a",
        "#1",
    ),
    *(
        "www.a.example",
        "https://a.example",
        "\n\n",
        "\n# a\n",
        "\n- a\n",
        "\n    a\n",
        "\n> ",
        "::error::",
        "\u00a0",
        "...",
    ),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=16).map("".join)
NAMES = st.lists(st.sampled_from([*PIECES, "docs/", "../", "./", "C:/", ".md"]), min_size=1, max_size=8).map("".join)
PATHS = NAMES.filter(lambda path: "\0" not in path and "\ud800" not in path and "\udfff" not in path)


@st.composite
def reports(draw, paths=PATHS):
    named = draw(st.lists(paths, min_size=1, max_size=2, unique=True))
    sources = [Source(path, draw(TEXTS)) for path in named]
    findings = [draw(_findings(sources, f"{number:08x}" * 4)) for number in range(draw(st.integers(0, 3)))]
    errors = draw(st.lists(st.builds(Failure, paths, TEXTS), max_size=2))
    counts = {code: sum(finding.rule == code for finding in findings) for code in RULES}
    summary = Summary({code: number for code, number in counts.items() if number}, 1000, draw(st.integers(0, 1000)))
    return Report(tuple(findings), tuple(errors), len(sources), summary)


@st.composite
def _findings(draw, sources, fingerprint):
    rule = draw(st.sampled_from(sorted(RULES)))
    readable = rule != "DUP900"
    places = draw(st.lists(_places(sources), min_size=1 + readable, max_size=12 if readable else 1))
    return Finding(
        rule=rule,
        severity=draw(st.sampled_from(Severity)),
        message=draw(TEXTS.filter(bool)),
        kind=draw(st.sampled_from(["exact", "near"])) if readable else None,
        words=9 if readable else 0,
        similarity=0.75 if readable else None,
        fingerprint=fingerprint,
        places=tuple(places),
        confidence=draw(st.none() | st.floats(0, 1)) if readable else None,
    )


@st.composite
def _places(draw, sources):
    source = draw(st.sampled_from(sources))
    first, second = (draw(st.integers(0, len(source.text))) for _ in range(2))
    relation = draw(st.sampled_from(get_args(Relation)))
    return Location(source, min(first, second), max(first, second), (), "0" * 32, relation=relation)


def crowd(places: int, findings: int = 1, path: str = "a b.md", line: str = "één 𝒂 word\n") -> Report:
    """Repeats that each stand in that many lines of one file."""
    source = Source(path, line * places)
    width = len(line)
    spots = tuple(Location(source, start, start + width - 1, (), "0" * 32) for start in range(0, places * width, width))
    every = tuple(
        Finding("DUP003", Severity.WARNING, "3 words stand", "exact", 3, 1.0, f"{number:08x}" * 4, spots)
        for number in range(findings)
    )
    return Report(every, (), 1, Summary({"DUP003": findings}, 3 * places, 3 * places))


def nothing() -> Report:
    return Report((), (), 2, Summary({}, 7, 0))
