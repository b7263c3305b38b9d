"""``dedup explain``: everything about one finding."""

import json

import pytest

WORDS = "The harbour office opens at nine and closes again at four in winter, when few boats are out."


@pytest.fixture
def tree(dedup, tmp_path, monkeypatch):
    """Twelve files that say the same, and the fingerprint of that."""
    monkeypatch.chdir(tmp_path)
    for number in range(12):
        (tmp_path / f"{number:02}.{'rst' if number else 'md'}").write_text(f"{WORDS}\n")
    return tmp_path


def fingerprint(dedup, *arguments):
    [finding] = json.loads(dedup("lint", ".", *arguments, "--format", "json").out)["findings"]
    return finding["fingerprint"]


def test_a_finding_is_explained_with_all_its_places_and_what_to_do(dedup, tree):
    outcome = dedup("explain", fingerprint(dedup)[:10].upper())
    assert outcome.code == 0
    assert outcome.out.startswith("warning[DUP001] exact-paragraph: 18 words ")
    assert "All 12 places:\n\n  00.md:1:1\n  01.rst:1:1\n" in outcome.out
    assert "Keep one copy. Link to it, or include it, where the others were." in outcome.out
    assert "    <!-- dedup: ignore[DUP001] why -->\n    .. dedup: ignore[DUP001] why\n" in outcome.out
    assert f"fingerprint {fingerprint(dedup)}\n" in outcome.out
    assert "could not be read" not in outcome.out


def test_a_finding_in_the_baseline_is_explained_with_that(dedup, tree):
    found = fingerprint(dedup)
    assert dedup("lint", ".", "--baseline", "known.baseline", "--update-baseline").code == 0
    (tree / "dedup.toml").write_text('baseline = "known.baseline"')
    assert "It is in the baseline" in dedup("explain", found).out
    (tree / "12.md").write_text(f"{WORDS}\n")
    assert "in the baseline" not in dedup("explain", found).out


def test_options_of_the_search_are_those_of_lint(dedup, tree):
    (tree / "00.md").write_text(f"> {WORDS}\n")
    (tree / "other.toml").write_text('blocks = ["prose", "quote"]\n')
    found = fingerprint(dedup, "--config", "other.toml")
    assert "00.md:1:3" in dedup("explain", found, "--config", "other.toml", ".").out
    assert dedup("explain", found, "--min-words", "30").code == 2


def test_an_unused_comment_is_explained_without_how_to_suppress_it(dedup, tree):
    for path in tree.iterdir():
        path.unlink()
    (tree / "a.md").write_text(f"<!-- dedup: ignore -->\n\n{WORDS}\n")
    outcome = dedup("explain", fingerprint(dedup))
    assert "Delete the comment, or correct it." in outcome.out
    assert "To suppress it" not in outcome.out


@pytest.mark.parametrize("asked", ["0000", "", "no such"])
def test_an_unknown_fingerprint_is_an_error(dedup, tree, asked):
    outcome = dedup("explain", asked)
    assert outcome.code == 2
    assert f"No finding has the fingerprint {asked!r} (12 files read)" in outcome.err


def test_an_ambiguous_fingerprint_is_an_error(dedup, tree):
    for number in range(40):
        (tree / f"x{number}.md").write_text(f"{number} {WORDS[: 60 + number]}\n\n{number} {WORDS[: 60 + number]}")
    findings = json.loads(dedup("lint", ".", "--format", "json").out)["findings"]
    firsts = [finding["fingerprint"][0] for finding in findings]
    shared = max(firsts, key=firsts.count)
    outcome = dedup("explain", shared)
    assert outcome.code == 2
    assert f"Ambiguous fingerprint {shared!r} ({firsts.count(shared)} matches)" in outcome.err


def test_the_confidence_and_what_it_comes_from_are_shown(dedup, tree):
    [finding] = json.loads(dedup("lint", ".", "--format", "json").out)["findings"]
    out = dedup("explain", finding["fingerprint"]).out
    assert f"How likely an editor acts on this finding: {finding['confidence']:.0%}.\n" in out
    section = out.split("(log-odds, against an average finding):\n\n")[1].split("\n\n")[0]
    shown = [line.split(maxsplit=1) for line in section.splitlines()]
    sizes = [evidence["contribution"] for evidence in finding["evidence"].values()]
    assert [float(number) for number, _ in shown] == [round(size, 2) for size in sorted(sizes, key=abs, reverse=True)]
    assert {"18 words", "not side by side, or short", "no words are changed otherwise"} < {words for _, words in shown}


def test_a_finding_without_confidence_is_explained_without_it(dedup, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.md").write_text("<!-- dedup: ignore -->\n\nNothing here.\n")
    out = dedup("explain", fingerprint(dedup)).out
    assert "Delete the comment" in out
    assert "How likely" not in out
