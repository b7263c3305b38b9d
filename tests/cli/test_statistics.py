"""`--statistics` and `--max-share`: how much is repeated, as a table and as a gate."""

import json

import pytest

LONG = (
    "Skippers who arrive after sunset must radio the warden, wait at the outer buoy, and follow the pilot launch "
    "through the dredged channel until a berth is assigned."
)
OWN = "The chandlery sells rope, paint, lamps and charts on every weekday."


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """Two files that share a paragraph of 28 words, one of them with 11 words more, and a file of its own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.md").write_text(f"{LONG}\n")
    (tmp_path / "b.md").write_text(f"{OWN}\n\n{LONG}\n")
    (tmp_path / "c.md").write_text("Nothing here.\n")
    return tmp_path


TABLES = """
Repeated words of each file:

   share  repeated  words  file
  100.0%        28     28  a.md
   71.8%        28     39  b.md

Words in common of each pair of files:

  share  in common  of both  files
  83.6%         56       67  a.md and b.md
"""


def test_the_tables_come_after_the_report_for_people(dedup, tree):
    plain, outcome = dedup("lint", "."), dedup("lint", ".", "--statistics")
    assert outcome.out == plain.out + TABLES
    assert outcome.code == 1


@pytest.mark.parametrize("format_name", ["json", "sarif", "concise", "markdown"])
def test_a_report_for_programs_stays_alone_on_standard_output(dedup, tree, format_name):
    outcome = dedup("lint", ".", "--statistics", "--format", format_name)
    assert outcome.err == TABLES
    assert "Repeated words" not in outcome.out


def test_with_the_report_in_a_file_the_tables_are_on_standard_output(dedup, tree):
    assert dedup("lint", ".", "--statistics", "--format", "json", "--output", "x.json").out == TABLES


@pytest.mark.parametrize("format_name", ["json", "jsonl"])
def test_programs_get_every_file_if_they_ask(dedup, tree, format_name):
    def summary(*arguments):
        out = dedup("lint", ".", "--format", format_name, *arguments).out
        return json.loads(out if format_name == "json" else out.splitlines()[-1])["summary"]

    asked = summary("--statistics")
    assert asked.pop("by_file") == [
        {"path": "a.md", "words": 28, "repeated_words": 28},
        {"path": "b.md", "words": 39, "repeated_words": 28},
        {"path": "c.md", "words": 2, "repeated_words": 0},
    ]
    assert asked == summary()


def test_a_table_has_twenty_rows_and_says_how_many_more_there_are(dedup, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for number in range(23):
        own = " ".join(f"w{number}x{word}" for word in range(number))
        (tmp_path / f"{number:02}.md").write_text(f"{LONG}\n\n{own}\n")
    files, pairs = dedup("lint", ".", "--statistics").out.split("Repeated words of each file:")[1].split("\n\nWords in")
    shares = [float(line.split("%")[0]) for line in files.splitlines() if "%" in line]
    assert len(shares) == 20
    assert shares == sorted(shares, reverse=True)
    assert files.endswith("… and 3 more files")
    assert "none" in pairs
    assert pairs.endswith("Not counted in pairs: 1 finding with places in more than 16 files.\n")


def test_nothing_repeated_and_nothing_read_are_no_table(dedup, tree):
    for paths in (("c.md",), ("--encoding", "ascii", "d.md")):
        (tree / "d.md").write_text("é", "utf-8")
        out = dedup("lint", *paths, "--statistics").out
        assert out.endswith("file:\n\n  none\n\nWords in common of each pair of files:\n\n  none\n")


@pytest.mark.parametrize(("share", "code"), [("80", 1), ("81", 1), ("81.5", 0), ("100", 0), ("0", 1)])
def test_too_large_a_share_fails_the_run(dedup, tree, share, code):
    outcome = dedup("lint", ".", "--max-share", share, "--fail-on", "error")
    assert outcome.code == code
    message = f"56 of 69 words (81.2%) are repeated; --max-share allows {share}%.\n"
    assert outcome.err == (message if code else "")


def test_a_small_share_does_not_excuse_a_finding(dedup, tree):
    assert dedup("lint", ".", "--max-share", "100").code == 1
    assert dedup("lint", ".", "--max-share", "1", "--exit-zero").code == 0


def test_known_repeats_count_in_the_share_and_doubled_words_do_not(dedup, tree):
    (tree / "c.md").write_text("The the end.\n")
    message = "56 of 70 words (80.0%) are repeated; --max-share allows 50%.\n"
    assert dedup("lint", ".", "--max-share", "50").err == message
    dedup("lint", ".", "--baseline", "known.txt", "--update-baseline")
    outcome = dedup("lint", ".", "--baseline", "known.txt", "--max-share", "50")
    assert (outcome.code, outcome.err) == (1, message)


@pytest.mark.parametrize("share", ["-1", "101", "much"])
def test_a_share_is_a_percentage(dedup, tree, share):
    outcome = dedup("lint", ".", "--max-share", share)
    assert outcome.code == 2
    assert "--max-share" in outcome.err
