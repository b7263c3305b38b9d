"""The format `markdown`, read by another Markdown reader."""

import re

from hypothesis import example, given
from markdown_it import MarkdownIt

from dedup.lint.findings import Failure
from dedup.lint.reporters import View, renderer
from dedup.lint.reporters.excerpt import harmless
from dedup.lint.reporters.markdown import ROOM, code_block, code_span
from tests.lint.odd import TEXTS, crowd, nothing, reports
from tests.lint.repeats import everywhere, exact, report_of

SURROGATE = re.compile("[\ud800-\udfff]")
READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
OURS = {
    *("heading_open", "heading_close", "paragraph_open", "paragraph_close", "bullet_list_open", "bullet_list_close"),
    *("list_item_open", "list_item_close", "strong_open", "strong_close", "inline", "text", "softbreak"),
    *("fence", "code_inline"),
}


def show(report, folder: str = "") -> str:
    return "".join(renderer("markdown")(report, View(folder=folder)))


def shown(text: str) -> str:
    return SURROGATE.sub("\ufffd", harmless(text))


def no_command(line: str) -> str:
    return re.sub("^(\\s*):(?=:)", r"\1: ", line)


def flat(text: str) -> list:
    tokens = []
    for token in READER.parse(text):
        tokens += [token, *(token.children or [])]
    return tokens


def test_a_repeat_as_it_stands_in_a_comment():
    texts = {"a.md": "The pier is closed.\n\nThe pier is closed.\n"}
    report = report_of(texts, exact(4, *everywhere(texts, "The pier is closed")))
    assert show(report) == (
        "### 1 finding\n"
        "\n"
        "1 DUP001 in 1 file; 8 of 8 words (100.0%) are repeated.\n"
        "\n"
        f"**warning DUP001** exact-paragraph: `{report.findings[0].message}`\n"
        "\n"
        "- `a.md:1:1`\n"
        "- `a.md:3:1`\n"
        "\n"
        "```text\n"
        "The pier is closed\n"
        "```\n"
        "\n"
    )


@given(reports())
def test_nothing_from_a_file_breaks_out_of_code(report):
    tokens = flat(show(report))
    assert {token.type for token in tokens} <= OURS
    expected, passages = [], []
    for finding in report.findings:
        expected.append(shown(finding.message))
        expected += [shown(f"{place.path}:{place.line}:{place.column}") for place in finding.places[:11]]
        passage = finding.places[0].text
        if passage:
            lines = re.split(r"\r\n|\n|\r", passage)
            passages.append("".join(no_command(shown(line)) + "\n" for line in lines))
    inline = [token.content for token in tokens if token.type == "code_inline"]
    assert inline == expected
    assert [token.content for token in tokens if token.type == "fence"] == passages


@given(TEXTS)
def test_a_code_span_contains_its_text_and_nothing_else(text):
    [span] = [token for token in flat(f"x {code_span(text)} y") if token.type == "code_inline"]
    assert span.content == (shown(text) or " ")


@given(TEXTS)
@example("before\n```\nafter")
@example("`````")
def test_a_code_block_contains_its_text_and_nothing_else(text):
    fence, heading, *_ = READER.parse(code_block(text) + "# after\n")
    assert (fence.type, heading.type) == ("fence", "heading_open")
    assert fence.content == "".join(no_command(shown(line)) + "\n" for line in re.split(r"\r\n|\n|\r", text))


def test_a_long_passage_is_cut_and_many_places_are_counted():
    text = show(crowd(1500))
    assert text.count("- `a b.md:") == 11
    assert "- and 1,489 more places\n" in text
    text = show(crowd(2, line="word " * 200))
    assert "word …\n```" in text
    assert len(text) < 1000


def test_what_does_not_fit_a_comment_is_counted():
    text = show(crowd(20, findings=900))
    assert ROOM - 1000 < len(text) < ROOM + 100
    [rest] = re.findall(r"^… and (\d+) more findings\.$", text.splitlines()[-1])
    assert text.count("**warning DUP003**") + int(rest) == 900


def test_a_file_that_could_not_be_read():
    text = show(report_of({}, failures=(Failure("/r/b`.md", "is not UTF-8"),)), "/r")
    assert "**error DUP900** unreadable-file: `is not UTF-8`\n\n- ``b`.md:1:1``\n\n" in text


def test_a_report_without_findings():
    assert show(nothing()) == "### No repeats\n\nIn 2 files, 7 words.\n"
