"""`--sort` and `--top`: which findings are shown, and in which order."""

import json
import xml.etree.ElementTree as ElementTree
from operator import itemgetter

import pytest

SHORT = "a small boat may anchor near the old stone pier"
LONG = (
    "Skippers who arrive after sunset must radio the warden, wait at the outer buoy, and follow the pilot launch "
    "through the dredged channel until a berth is assigned."
)


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """Two files in which the weaker finding comes first, and one that cannot be read."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.md").write_text(f"Today {SHORT} all day. Tomorrow {SHORT} once more.\n\n{LONG}\n\n{LONG}\n")
    (tmp_path / "b.md").write_bytes(b"\xff\xfe\xff")
    return tmp_path


ALL = ("lint", ".", "--min-confidence", "0")


def shown(dedup, *arguments):
    return json.loads(dedup(*ALL, "--format", "json", *arguments).out)


def test_by_default_findings_are_in_the_order_of_the_files(dedup, tree):
    _, weak, strong = shown(dedup)["findings"]
    assert weak["confidence"] < strong["confidence"]
    assert weak["places"][0]["start"] < strong["places"][0]["start"]
    assert shown(dedup, "--sort", "file") == shown(dedup)


def test_the_most_confident_come_first_after_files_that_could_not_be_read(dedup, tree):
    first, *rest = shown(dedup, "--sort", "confidence")["findings"]
    assert (first["rule"], first["confidence"]) == ("DUP900", None)
    assert len(rest) == 2
    assert rest == sorted(rest, key=itemgetter("confidence"), reverse=True)
    assert sorted(map(json.dumps, [first, *rest])) == sorted(map(json.dumps, shown(dedup)["findings"]))


def test_of_the_findings_only_the_first_are_shown_and_all_are_counted(dedup, tree):
    every = shown(dedup, "--sort", "confidence")
    for number in range(1, 5):
        top = shown(dedup, "--sort", "confidence", "--top", str(number))
        assert top["findings"] == every["findings"][:number]
        assert top["summary"] == {**every["summary"], "omitted": max(0, 3 - number)}
        assert top["errors"] == every["errors"]


def test_the_text_says_how_many_more_there_are(dedup, tree):
    out = dedup(*ALL, "--top", "1").out
    assert out.count("warning[") == 0
    assert out.splitlines()[-1].startswith("3 findings (1 DUP001, 1 DUP003, 1 DUP900) in 1 file; ")
    assert "; 2 more findings not shown (--top); " in out
    assert "not shown" not in dedup(*ALL, "--top", "3").out


@pytest.mark.parametrize(
    ("format_name", "number"),
    [
        ("concise", lambda out: len(out.splitlines())),
        ("jsonl", lambda out: len(out.splitlines()) - 1),
        ("sarif", lambda out: len(json.loads(out)["runs"][0]["results"])),
        ("gitlab", lambda out: len(json.loads(out))),
        ("rdjson", lambda out: len(json.loads(out)["diagnostics"])),
        ("junit", lambda out: len([*ElementTree.fromstring(out).iter("testcase")])),
        ("github", lambda out: len(out.splitlines())),
        ("html", lambda out: out.count("<article ")),
        ("markdown", lambda out: out.count("- `a.md")),
    ],
)
def test_every_format_shows_the_same_findings(dedup, tree, format_name, number):
    (tree / "b.md").unlink()
    every, top = (dedup(*ALL, "--format", format_name, *cut).out for cut in ((), ("--top", "1")))
    assert number(every) == 2 * number(top) > 0


def test_the_exit_code_is_that_of_all_findings(dedup, tree):
    (tree / "a.md").write_text(f"<!-- dedup: ignore -->\n\nNothing here.\n\n{LONG}\n\n{LONG}\n")
    (tree / "b.md").unlink()
    (tree / "dedup.toml").write_text('[severity]\nDUP100 = "note"\nDUP001 = "error"\n')
    assert [finding["severity"] for finding in shown(dedup, "--top", "1")["findings"]] == ["note"]
    assert dedup(*ALL, "--top", "1", "--fail-on", "error").code == 1


def test_a_baseline_has_all_findings_whatever_is_shown(dedup, tree):
    (tree / "b.md").unlink()
    assert dedup(*ALL, "--baseline", "x.baseline", "--update-baseline", "--top", "1").code == 0
    assert dedup(*ALL, "--baseline", "x.baseline").code == 0


@pytest.mark.parametrize("top", ["0", "-1", "many"])
def test_a_number_that_shows_nothing_is_wrong(dedup, tree, top):
    outcome = dedup(*ALL, "--top", top)
    assert outcome.code == 2
    assert "--top" in outcome.err
