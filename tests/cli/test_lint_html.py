"""`dedup lint` on HTML, from a file to the places it reports."""

import json
from pathlib import Path

SENTENCE = "The harbour master said that the north pier will stay closed until the end of May."
MARKED = SENTENCE.replace("north pier", "<a href='/pier'>north&nbsp;pier</a>").replace("closed", "<b>clo</b>sed")
PAGE = f"""<!DOCTYPE html>
<html><head><title>{SENTENCE}</title><style>/* {SENTENCE} */</style></head>
<body>
<nav title="{SENTENCE}"><h1>{SENTENCE}</h1></nav>
<p>Boats were late. {SENTENCE}</p>
<ul><li>{MARKED} Nobody knew why.</ul>
<table><tr><td>{SENTENCE}</table>
<blockquote>{SENTENCE}</blockquote>
<!-- {SENTENCE} -->
<script>"{SENTENCE}"</script><pre>{SENTENCE}</pre>
</body></html>
"""


def report(dedup, *args: str, **options) -> dict:
    return json.loads(dedup("lint", "--format", "json", *args, **options).out)


def test_what_a_page_shows_and_its_comments_are_compared_and_nothing_else(dedup, tmp_path):
    for name in ("page.html", "page.xhtml", "PAGE.HTM"):
        folder = tmp_path / name.replace(".", "-")
        folder.mkdir()
        (folder / name).write_text(PAGE, encoding="utf-8")
        [finding] = report(dedup, folder)["findings"]
        assert (finding["rule"], finding["kind"], finding["words"]) == ("DUP001", "exact", 16)
        shown = [SENTENCE] * 2 + [MARKED] + [SENTENCE] * 4
        assert [place["text"] for place in finding["places"]] == [text.rstrip(".") for text in shown]
        assert [PAGE[place["start"] : place["end"]] for place in finding["places"]] == [
            place["text"] for place in finding["places"]
        ]
        assert [(place["line"], place["column"]) for place in finding["places"]] == [
            (4, 101),
            (5, 21),
            (6, 9),
            (7, 16),
            (8, 13),
            (9, 6),
            (10, 107),
        ]
        relations = [place["relation"] for place in finding["places"]]
        assert relations == ["exact", "part", "part", "exact", "exact", "exact", "exact"]


def test_a_page_on_standard_input_is_read_as_html_when_asked_for(dedup):
    assert len(report(dedup, "--markup", "html", "-", stdin=PAGE.encode())["findings"][0]["places"]) == 7
    assert len(report(dedup, "-", stdin=PAGE.encode())["findings"][0]["places"]) > 7


def test_a_passage_is_found_across_markups(dedup, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a.html").write_text(f"<p>{MARKED}</p>")
    Path("b.md").write_text(SENTENCE.replace("stay", "*stay*"))
    [finding] = report(dedup, ".")["findings"]
    assert [place["path"] for place in finding["places"]] == ["a.html", "b.md"]
    assert finding["rule"] == "DUP001"


def test_a_broken_page_is_read_as_far_as_a_browser_shows_it(dedup, tmp_path):
    page = f"<p>{SENTENCE}<![x]></p ='>\0\r<p>\ud800{SENTENCE}<p title='{SENTENCE}"
    (tmp_path / "a.html").write_text(page.replace("\ud800", "\ufffd"), encoding="utf-8", newline="")
    [finding] = report(dedup, tmp_path)["findings"]
    assert [place["text"] for place in finding["places"]] == [SENTENCE.rstrip(".")] * 2
