"""Names of files and passages that try to be more than text: in every format they change nothing but the text."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from dedup.lint.findings import Change, Failure, Finding, Location, Report, Source, Summary
from dedup.lint.reporters import FORMATS, View, renderer
from dedup.lint.rules import Severity

PAYLOADS = {
    "line feed": "a\nb",
    "carriage return": "a\rb",
    "both": "a\r\n::error::b",
    "next line": "a\x85b\u2028c",
    "escape": "\x1b[2J\x1b]0;title\x07a",
    "control": "\0\x08\x7f\x9b2J",
    "not UTF-8": "caf\udce9\udcff",
    "surrogate": "\ud83d",
    "right to left": "a\u202eb\u2066c",
    "command": "::error::a",
    "command anywhere": "a ##vso[task.setvariable]b ##[error]c",
    "command after spaces": "  ::set-output name=a::b",
    "command with properties": "::warning file=x,line=1::a",
    "percent": "100%0A::error::a%25",
    "cdata": "]]><a/><![CDATA[",
    "element": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "attribute": "a\" onmouseover='alert(1)",
    "entity": "&lt;b&gt;&#60;b&#62;&amp;",
    "comment": "--><!--",
    "backticks": "`a``b```c",
    "fence": "```\n# a",
    "fence of tildes": "~~~\n# a",
    "bar": "a|b\\|c\\\\|d|",
    "emphasis": "**a** _b_ ~~c~~",
    "link": "[a](https://a.example) ![b](x)",
    "address": "https://a.example www.a.example a@b.example",
    "mention": "@everyone #1 :+1:",
    "heading": "# a",
    "braces": "{0} {{1}}",
    "number": "](1)",
}
MARKDOWN = MarkdownIt("gfm-like", {"html": True, "linkify": False})
SCRIPT = re.compile(r"<style>.*?</style>|<script>.*?</script>", re.DOTALL)


def finding(path: str, text: str, message: str, severity: Severity, number: int) -> Finding:
    source = Source(path, f"Before. {text} After.\n\nOnce more: {text}\n")
    first = source.text.index(text)
    second = source.text.rindex(text)
    change = Change(second, second + len(text), message, text)
    places = (
        Location(source, first, first + len(text), ((first, first + len(text)),), "c" * 32),
        Location(source, second, second + len(text), (), "d" * 32, (change,)),
    )
    return Finding("DUP002", severity, message, "near", 9, 0.75, f"{number:08x}" * 4, places)


def report(path: str, text: str, message: str) -> Report:
    """Twelve findings of each severity, more than GitHub shows, and a file that could not be read."""
    findings = [
        finding(path, text, message, severity, 12 * severity + number) for severity in Severity for number in range(12)
    ]
    unread = Location(Source(path, ""), 0, 0, (), "")
    findings.append(Finding("DUP900", Severity.ERROR, message, None, 0, None, "f" * 32, (unread,)))
    return Report(tuple(findings), (Failure(path, message),), 1, Summary({"DUP002": 36, "DUP900": 1}, 99, 18, 2))


def written(name: str, made: Report) -> tuple[str, str]:
    """What a format writes, as a file or a terminal gets it, and what it adds to the summary of the step."""
    added: list[str] = []
    text = "".join(renderer(name)(made, View(folder="/work here", add_summary=added.append)))
    return tuple(part.encode("utf-8", "backslashreplace").decode("utf-8") for part in (text, "".join(added)))


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, sorted(name for name, _ in attrs)))

    def handle_comment(self, data):
        self.found.append("comment")


def shape(value: object) -> object:
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    return [shape(inner) for inner in value] if isinstance(value, list) else type(value).__name__


def skeleton(name: str, text: str) -> object:
    """What a reader of the format takes for structure."""
    if name in ("json", "sarif", "gitlab", "rdjson"):
        return shape(json.loads(text))
    if name == "jsonl":
        return [shape(json.loads(line)) for line in text.splitlines()]
    if name == "junit":
        return [(element.tag, sorted(element.attrib)) for element in ElementTree.fromstring(text).iter()]
    if name == "html":
        tags = Tags()
        tags.feed(SCRIPT.sub("", text))
        # how a passage is cut into stretches depends on its words
        return [tag for tag in tags.found if tag[0] not in ("mark", "ins", "del", "span")]
    if name == "markdown":
        return markdown(text)
    if name == "github":
        return [line.split("::")[1].split(" ")[0] for line in text.splitlines()]
    return [re.split(r"[ :]", line.lstrip())[0] if name == "full" else "" for line in text.splitlines()]


def markdown(text: str) -> list[str]:
    """The tokens of a Markdown text; adjacent plain texts are merged."""
    tokens = []
    for token in MARKDOWN.parse(text):
        tokens.append(token.type)
        for child in token.children or []:
            if child.type != "text" or tokens[-1] != "text":
                tokens.append(f"{child.type} {child.content}" if child.type == "html_inline" else child.type)
    return tokens


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("name", FORMATS)
def test_a_name_and_a_message_change_nothing_but_the_text(name, payload):
    hostile = PAYLOADS[payload]
    plain, plain_summary = written(name, report("plain.md", "passage", "message"))
    text, summary = written(name, report(f"{hostile}.md", "passage", hostile))
    inert(name, text)
    assert skeleton(name, text) == skeleton(name, plain)
    assert markdown(summary) == markdown(plain_summary)


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("name", FORMATS)
def test_a_passage_changes_nothing_but_the_text(name, payload):
    hostile = PAYLOADS[payload]
    plain, _ = written(name, report("plain.md", "passage", "message"))
    text, _ = written(name, report("plain.md", f"x{hostile}" if name == "full" else hostile, "message"))
    inert(name, text)
    if name != "full" or len(hostile.splitlines()) == 1:
        assert skeleton(name, text) == skeleton(name, plain)


def inert(name: str, text: str) -> None:
    """No terminal obeys it, and GitHub Actions sees no command but our own."""
    assert not re.search("[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", text)
    if name != "github":
        assert not [line for line in text.splitlines() if line.lstrip().startswith("::")]
        assert "##[" not in text
        assert "##vso[" not in text


def test_the_name_of_a_file_is_still_what_programs_read():
    made = report("::a|b`c%d.md", "passage", "message")
    for name in ("json", "gitlab", "rdjson", "github"):
        text, _ = written(name, made)
        assert "::a|b`c%d.md" in text.replace("%3A", ":").replace("%25", "%"), name
    suite = ElementTree.fromstring(written("junit", made)[0])
    assert {case.get("file") for case in suite.iter("testcase")} == {"::a|b`c%d.md"}


def test_a_path_that_begins_like_a_command_can_still_be_opened():
    made = replace(report("::error::a.md", "passage", "message"), errors=())
    text, _ = written("concise", made)
    assert text.startswith("./::error::a.md:1:9: DUP002 ")
