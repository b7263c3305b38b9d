"""The page for an editor, read back by a parser. Findings are made by hand: rendering knows nothing of detection."""

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.lint.findings import Change, Evidence, Failure, Finding, Location, Report, Source, Summary
from dedup.lint.rank import arranged
from dedup.lint.reporters import View, renderer
from dedup.lint.reporters.page import outline, passage
from dedup.lint.rules import Severity
from tests.lint.repeats import everywhere, exact, near, place, report_of, spans

VOID = {"meta", "input", "link", "br"}


class Element:
    """A tag with its attributes and what it holds: elements and str."""

    def __init__(self, tag, attributes=(), parent=None):
        self.tag, self.attributes, self.parent, self.children = tag, dict(attributes), parent, []

    def all(self, tag, **attributes):
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        for child in self.children:
            if isinstance(child, Element):
                if child.tag == tag and wanted.items() <= child.attributes.items():
                    yield child
                yield from child.all(tag, **attributes)

    def one(self, tag, **attributes):
        [found] = self.all(tag, **attributes)
        return found

    def text(self, without=()):
        parts = [child if isinstance(child, str) else child.text(without) for child in self.children]
        return "" if self.tag in without else "".join(parts)


class Reader(HTMLParser):
    """Builds the tree, and fails where a tag is not closed by its own."""

    def __init__(self):
        super().__init__()
        self.root = self.at = Element("")

    def handle_starttag(self, tag, attrs):
        assert len(dict(attrs)) == len(attrs)
        element = Element(tag, attrs, self.at)
        self.at.children.append(element)
        if tag not in VOID:
            self.at = element

    def handle_startendtag(self, tag, attrs):
        self.at.children.append(Element(tag, attrs, self.at))

    def handle_endtag(self, tag):
        assert tag == self.at.tag
        self.at = self.at.parent

    def handle_data(self, data):
        self.at.children.append(data)


def written(report) -> str:
    return "".join(renderer("html")(report, View()))


def parsed(page: str) -> Element:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.at is reader.root
    return reader.root


def page_of(texts, *repeats, **options) -> Element:
    return parsed(written(report_of(texts, *repeats, **options)))


def words(text: str) -> str:
    return " ".join(text.split())


ARTICLE = """\
The mayor spoke on Monday. The old mill by the river will be open again in May.

The old mill by the river will be open again in May, if the roof is mended by then.
"""
MILL = "The old mill by the river will be open again in May"


def test_every_place_stands_in_its_context_with_the_shared_words_marked():
    report = report_of({"a/b.md": ARTICLE}, exact(12, *everywhere({"a/b.md": ARTICLE}, MILL)))
    article = parsed(written(report)).one("article", id="r1")
    assert article.one("h2").text() == report.findings[0].message
    first, second = article.all("figure")
    assert words(first.one("figcaption").text()) == "a/b.md:1:28"
    assert words(second.one("figcaption").text()) == "a/b.md:3:1"
    assert words(first.one("blockquote").text()) == words(second.one("blockquote").text()) == words(ARTICLE)
    assert [mark.text() for figure in (first, second) for mark in figure.all("mark")] == [MILL, MILL]
    around = [[piece.text() for piece in figure.all("span", class_="around")] for figure in (first, second)]
    assert [len(pieces) for pieces in around] == [2, 2]
    assert around[0][0] == "The mayor spoke on Monday. "
    assert around[1][1].rstrip() == ", if the roof is mended by then."


def test_words_that_differ_are_marked():
    texts = {"a.md": "東京 has a big gate in the north.\n", "b.md": "東京 has a gate in the\nsouth part.\n"}
    matched = spans(texts["b.md"], "東京 has a", "gate in the")
    page = page_of(texts, near(6, 0.7, place("a.md", ((0, 30),)), place("b.md", matched, (0, 33))))
    first, second = page.all("blockquote")
    assert not [*first.all("ins"), *first.all("del")]
    assert [mark.text() for mark in second.all("mark")] == ["東京 has a", "gate in the"]
    assert [words(piece.text()) for piece in second.all("del")] == ["big", "north"]
    assert [piece.text() for piece in second.all("ins")] == ["south part"]
    assert words(second.text(without=("del",))) == words(texts["b.md"])


def test_the_context_ends_between_words_and_says_that_more_follows():
    text = "before " * 100 + "the passage itself" + " behind" * 100
    page = page_of({"a.md": text}, exact(3, *everywhere({"a.md": text}, "the passage itself")))
    shown = page.one("blockquote").text()
    assert re.fullmatch(r"… (before )+the passage itself( behind)+ …", shown)
    assert len(shown) < len("the passage itself") + 2 * (passage.REACH + 2)


def test_text_without_blanks_has_context_too():
    text = "日" * 500 + "中文" + "月" * 500
    page = page_of({"a.md": text}, exact(1, *everywhere({"a.md": text}, "中文")))
    assert page.one("blockquote").text() == f"… {'日' * passage.REACH}中文{'月' * passage.REACH} …"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_that_goes_on_is_joined_and_a_new_block_is_not(end):
    text = end.join(["one two", "three", "- four", "1. five", "", "six", "```sh", "seven", "# Eight", "nine"])
    page = page_of({"a.md": text}, exact(10, *everywhere({"a.md": text}, text)))
    shown = re.sub(" *(\n) *| +", r"\1 ", page.one("blockquote").text())
    assert shown.split("\n ") == ["one two three", "- four", "1. five", "six", "```sh", "seven", "# Eight", "nine"]


def test_no_more_than_ten_places_are_drawn_and_the_others_are_listed():
    texts = {"a.md": "one two three four.\n\n" * 12, "b.md": "\none two three four.\n\n" * 2}
    article = page_of(texts, exact(4, *everywhere(texts, "one two three four"))).one("article")
    assert len([*article.all("figure")]) == 10
    more = article.one("details", class_="more")
    assert more.one("summary").text() == "and 4 more places"
    assert [words(item.text()) for item in more.all("li")] == ["a.md lines 21, 23", "b.md lines 2, 5"]


def test_a_place_that_differs_is_drawn_even_after_ten_that_do_not():
    texts = {"a.md": "one two three four.\n\n" * 12, "b.md": "one two 3 four.\n"}
    changed = place("b.md", spans(texts["b.md"], "one two", "four"))
    article = page_of(texts, near(4, 0.75, *everywhere(texts, "one two three four"), changed)).one("article")
    figures = [*article.all("figure")]
    assert len(figures) == 10
    assert [piece.text() for piece in figures[-1].all("ins")] == ["3"]
    assert [words(item.text()) for item in article.one("details", class_="more").all("li")] == ["a.md lines 19, 21, 23"]


def test_of_a_long_passage_the_ends_and_the_words_that_differ_are_shown():
    start, middle, end = "alpha beta " * 300, "gamma DELTA gamma", " beta alpha" * 300
    text = start + middle + end
    texts = {"a.md": text.replace("DELTA", "theta"), "b.md": text}
    cut = text.index("DELTA")
    changed = place("b.md", ((0, cut - 1), (cut + 6, len(text))))
    first, second = page_of(texts, near(1200, 0.9, place("a.md", ((0, len(text)),)), changed)).all("blockquote")
    for shown in (first, second):
        assert len(shown.text()) < passage.WHOLE + 500
        assert shown.text().startswith("alpha beta")
        assert shown.text().endswith("beta alpha")
    assert "gamma theta DELTA gamma" in second.text()
    gaps = [gap.text() for gap in second.all("span", class_="gap")]
    left_out = sum(int(re.sub(r"\D", "", gap)) for gap in gaps)
    kept = second.text(without=("del",))
    assert len(gaps) == 2
    assert len(kept) - sum(map(len, gaps)) + left_out == len(text)


def test_differing_words_with_much_between_them_are_cut_too():
    text, other = "begin " * 50 + "one " + "|" * 90_000 + " two" + " end" * 50, "begin " * 50 + "three" + " end" * 50
    texts = {"a.md": text, "b.md": other}
    for first, second, shown in (("a.md", "b.md", "del"), ("b.md", "a.md", "ins")):
        changed = texts[second]
        matched = ((0, 299), (changed.index(" end") + 1, len(changed)))
        repeat = near(100, 0.9, place(first, ((0, len(texts[first])),)), place(second, matched))
        _, quote = page_of(texts, repeat).all("blockquote")
        assert len(quote.text()) < 2_000
        cut = "".join(piece.text() for piece in quote.all(shown))
        assert cut.startswith("one |||")
        assert cut.rstrip().endswith("||| two")
        assert len([*quote.all("del")]) == 1


RELATED = Finding(
    rule="DUP001",
    severity=Severity.WARNING,
    message="3 words repeated",
    kind="near",
    words=3,
    similarity=0.75,
    fingerprint="e" * 32,
    places=tuple(
        Location(Source("a.md", "one two three"), 0, 13, (), "c" * 32, relation=relation)
        for relation in ("exact", "near", "part")
    ),
    confidence=0.826,
    evidence=(Evidence("side-by-side", 1.0, 0.25), Evidence("in-list", 2.0, -1.5)),
)


def one_finding(finding: Finding) -> Element:
    return parsed(written(Report((finding,), (), 1, Summary({finding.rule: 1}, 9, 9)))).one("article")


def test_the_relation_of_a_place_is_told_unless_it_is_the_same():
    captions = [words(caption.text()) for caption in one_finding(RELATED).all("figcaption")]
    assert captions == ["a.md:1:1", "a.md:1:1 near: some words differ", "a.md:1:1 part: inside other text"]


def test_the_confidence_is_shown_and_what_it_comes_from_on_demand():
    article = one_finding(RELATED)
    details = article.one("details", class_="confidence")
    assert "open" not in details.attributes
    assert details.one("summary").text() == "Confidence 83%"
    assert [[cell.text() for cell in row.all("td")] for row in details.all("tr")] == [
        ["-1.50", "both places are in lists"],
        ["+0.25", "long, and side by side"],
    ]
    assert article.attributes["data-confidence"] == "0.826"


def test_a_confidence_without_evidence_and_none_at_all():
    bare = one_finding(replace(RELATED, evidence=()))
    assert bare.one("p", class_="confidence").text() == "Confidence 83%"
    assert not [*bare.all("details")]
    unknown = one_finding(replace(RELATED, confidence=None, evidence=()))
    assert "Confidence" not in unknown.text()
    assert "data-confidence" not in unknown.attributes


@pytest.mark.parametrize(("confidence", "shown"), [(0.0, "1%"), (0.004, "1%"), (0.5, "50%"), (0.999, "99%")])
def test_an_estimate_is_never_certain(confidence, shown):
    assert one_finding(replace(RELATED, confidence=confidence)).one("summary").text() == f"Confidence {shown}"


def test_the_map_has_a_mark_for_every_place():
    texts = {"b.md": "x " * 500 + "one two three\n\n" + "y " * 500, "a.md": "one two three\n\n" + "z " * 500}
    page = page_of(texts, exact(3, *everywhere(texts, "one two three")))
    rows = [*page.one("nav").all("li")]
    assert [row.one("bdi").text() for row in rows] == ["a.md", "b.md"]
    [at_start], [in_middle] = ([*row.all("rect")] for row in rows)
    assert at_start.attributes["x"] == "0"
    assert in_middle.attributes["x"] == str(outline.CELLS * 1000 // len(texts["b.md"]))
    for mark in (at_start, in_middle):
        assert mark.attributes["class"] == "DUP003"
        assert mark.parent.attributes["href"] == "#r1"
    assert in_middle.parent.one("title").text() == "1, line 1"


def test_places_too_close_for_two_marks_share_one_that_knows_both():
    text = "one two three. four five six." + " and" * 2_000
    texts = {"a.md": text, "b.md": text}
    repeats = [exact(3, *everywhere(texts, phrase)) for phrase in ("one two three", "four five six")]
    bar, _ = page_of(texts, *repeats).all("svg")
    mark = bar.one("a")
    assert (mark.attributes["href"], mark.attributes["data-more"]) == ("#r1", "2")
    assert mark.one("title").text() == "1, line 1, and 1 more"


@given(st.lists(st.tuples(st.integers(0, 2_000), st.integers(1, 400), st.integers(0, 5)), min_size=1))
def test_every_place_lies_under_a_mark_that_names_its_finding(spans_of):
    places = sorted((start, -min(start + length, 2_400), index) for start, length, index in spans_of)
    drawn = list(outline.marks(outline.Document(Source("a", "x" * 2_400), places)))
    assert len(drawn) <= outline.CELLS
    assert all(one.first < other.first for one, other in pairwise(drawn))
    for start, minus_end, index in places:
        assert any(
            mark.first <= start * outline.CELLS / 2_400
            and -minus_end * outline.CELLS / 2_400 <= mark.stop <= outline.CELLS
            and index in mark.findings
            for mark in drawn
        )


def test_links_lead_to_findings_that_are_there():
    text = "one two three four five six\n\none two three four five six\n\nand three four five again\n"
    outer = exact(6, *everywhere({"a.md": text}, "one two three four five six"))
    inner = exact(3, *everywhere({"a.md": text}, "three four five"))
    page = page_of({"a.md": text}, outer, inner)
    names = {article.attributes["id"] for article in page.all("article")} | {page.one("main").attributes["id"]}
    assert names == {"r1", "r2", "findings"}
    assert {link.attributes["href"] for link in page.all("a")} == {f"#{name}" for name in names}
    within = page.one("article", id="r2").one("p", class_="within")
    assert (within.text(), within.one("a").attributes["href"]) == ("Part of finding 1.", "#r1")
    every = re.findall(r' id="([^"]*)"', written(report_of({"a.md": text}, outer, inner)))
    assert len(every) == len(set(every))


def test_counts_are_those_of_the_report():
    texts = {"a.md": ARTICLE, "b.md": "Nothing here.\n"}
    page = page_of(texts, exact(12, *everywhere(texts, MILL)), failures=(Failure("c.md", "gone"),))
    counts = page.one("p", class_="sum").text()
    assert counts == "2 findings in 2 files; 24 of 38 words (63.2%) are repeated; 1 path could not be read."
    assert page.one("head").one("title").text() == "Repeated passages: 2 findings in 2 files"
    rules = [words(label.text()) for label in page.one("fieldset").all("label")]
    assert rules == ["DUP003 repeated-passage 1", "DUP900 unreadable-file 1"]
    assert [option.attributes["value"] for option in page.one("datalist").all("option")] == ["a.md", "c.md"]


def test_the_filters_count_what_is_on_the_page_and_the_head_counts_all():
    texts = {"a.md": ARTICLE, "b.md": "Nothing here.\n"}
    every = report_of(texts, exact(12, *everywhere(texts, MILL)), failures=(Failure("c.md", "gone"),))
    page = parsed(written(arranged(every, "confidence", 1)))
    assert (
        page.one("p", class_="sum").text().startswith("2 findings in 2 files; 24 of 38 words (63.2%) are repeated; 1 ")
    )
    assert [words(label.text()) for label in page.one("fieldset").all("label")] == ["DUP900 unreadable-file 1"]


def test_a_file_that_could_not_be_read_is_shown():
    page = page_of({"a.md": "One."}, failures=(Failure("b\udcff.md", "is not UTF-8: \x07"),))
    article = page.one("article")
    assert article.one("h2").text() == "b\ufffd.md is not UTF-8: ␇"
    assert article.one("figcaption").text() == "b\ufffd.md:1:1"
    assert not [*article.all("blockquote")]


def test_a_report_without_findings():
    page = page_of({"a.md": "One two three."})
    assert page.one("main").text().strip() == "No passage is repeated."
    assert not [*page.all("article")]


def test_the_policy_allows_the_style_and_the_script_of_the_page_and_nothing_else():
    page = page_of({"a.md": ARTICLE}, exact(12, *everywhere({"a.md": ARTICLE}, MILL)))
    policy = page.one("meta", http_equiv="Content-Security-Policy").attributes["content"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    for tag in ("style", "script"):
        digest = b64encode(sha256(page.one(tag).text().encode()).digest()).decode()
        assert rules.pop(f"{tag}-src") == f"'sha256-{digest}'"
    assert rules == {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'"}


def test_the_page_asks_for_nothing_from_elsewhere():
    page = written(report_of({"a.md": ARTICLE}, exact(12, *everywhere({"a.md": ARTICLE}, MILL))))
    assert not re.search(r"https?:|//[a-z]|url\(|@import|\bsrc=|<link|\sstyle=|\son[a-z]+=", page)


ANYTHING = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cs", "Cc", "Cf", "Co", "Cn"]),
        st.sampled_from("<>&\"'/\x00\r\n\t =-!"),
    ),
    max_size=40,
)
HOSTILE = st.one_of(
    ANYTHING,
    st.sampled_from(
        ["</script>", "<!--", "]]>", "</style><b>", "</blockquote>", '"><img src=x onerror=y>', "&lt;", "&#0;"]
    ),
)


def tags_of(element: Element) -> list[str]:
    return [element.tag, *(tag for child in element.children if isinstance(child, Element) for tag in tags_of(child))]


def shown_as(text: str) -> str:
    return words(passage.harmless(text))


@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_whatever_a_text_contains_the_page_shows_it_and_nothing_more(before, inside, behind, was, path):
    def report(before, inside, behind, was, path):
        text = before + inside + behind
        start, end = len(before), len(before + inside)
        at = Location(Source(path, text), start, end, ((start, end),), "c" * 32)
        changed = Location(Source(path, text), start, end, (), "d" * 32, (Change(start, end, was, inside),))
        finding = Finding("DUP002", Severity.WARNING, was, "near", 9, 0.5, "e" * 32, (at, changed))
        return Report((finding,), (), 1, Summary({"DUP002": 1}, 9, 9))

    made = written(report(before, inside, behind, f"w{was}w", f"p{path}"))
    assert not re.search(r"[^\n -~]", made)
    page = parsed(made)
    plain = parsed(written(report("x" if before else "", "x" if inside else "", "x" if behind else "", "wxw", "px")))
    kept = [tag for tag in tags_of(page) if tag not in ("mark", "ins", "span")]
    assert kept == [tag for tag in tags_of(plain) if tag not in ("mark", "ins", "span")]
    first, second = page.all("blockquote")
    assert words(first.text()) == words(second.text(without=("del",))) == shown_as(before + inside + behind)
    assert words(second.one("del").text()) == shown_as(" ".join(f"w{was}w".split()))
    assert page.one("h2", id="r1h").text() == passage.harmless(f"w{was}w")
    assert {caption.one("bdi").text() for caption in page.all("figcaption")} == {passage.harmless(f"p{path}")}


@given(st.data())
def test_the_pieces_of_a_place_are_the_place(data):
    length = data.draw(st.integers(1, 60))
    borders = sorted(data.draw(st.lists(st.integers(0, length), max_size=8)))
    matched = tuple(span for span in zip(borders[::2], borders[1::2], strict=False) if span[0] < span[1])
    borders = sorted(data.draw(st.lists(st.integers(0, length), max_size=8)))
    changes = tuple(Change(start, end, "was", "now") for start, end in zip(borders[::2], borders[1::2], strict=False))
    at = Location(Source("a", "x" * length), 0, length, matched, "", changes)
    drawn = list(passage.pieces(at))
    assert [piece.start for piece in drawn] == [0, *(piece.end for piece in drawn[:-1])]
    assert drawn[-1].end == length
    roles = [piece.role for piece in drawn for _ in range(piece.start, piece.end)]
    for offset, role in enumerate(roles):
        changed = any(change.start <= offset < change.end for change in changes)
        shared = any(start <= offset < end for start, end in matched)
        assert role == ("change" if changed else "shared" if shared else "plain")
    assert sum(piece.was == "was" for piece in drawn) == len(changes)


def test_the_page_comes_in_pieces_that_end_with_a_line():
    texts = {"a.md": "one two three four.\n\n" * 50}
    report = report_of(texts, *(exact(4, *everywhere(texts, phrase)) for phrase in ("one two", "three four")))
    pieces = list(renderer("html")(report, View()))
    assert all(piece.endswith("\n") for piece in pieces)
    assert sum("<article" in piece for piece in pieces) == 2
    assert max(piece.count("<article") for piece in pieces) == 1


def test_the_size_of_the_page_is_linear_in_the_findings():
    def size(number):
        texts = {"a.md": "".join(f"word{n} and so it goes. And word{n} and so it goes.\n\n" for n in range(number))}
        return len(written(report_of(texts, *(exact(5, *everywhere(texts, f"word{n} and so")) for n in range(number)))))

    empty, few, many = size(0), size(100), size(400)
    assert (many - empty) < 4.3 * (few - empty)
    assert (many - empty) / 400 < 4_000
