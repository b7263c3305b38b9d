"""A repository with a baseline: findings in it are not reported, new ones are."""

import json
import subprocess

import pytest

ONE = "The harbour office opens at nine and closes again at four in winter, when few boats are out."
OTHER = "Whoever takes the last ferry home may leave the bicycle at the north gate until the next morning."
FRESH = "All lamps along the quay are lit at dusk, and put out again when the first boat has left for the banks."


@pytest.fixture
def tree(dedup, tmp_path, monkeypatch):
    """A repository with two repeats, both committed and in the baseline."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text(f"# Hours\n\n{ONE}\n\nSomething else is said here.\n\n{OTHER}\n")
    (tmp_path / "docs" / "b.md").write_text(f"# More\n\nNothing of this is said before. {OTHER}\n\n{ONE}\n")
    git("init", "-q")
    git("add", "-A")
    git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "first")
    assert dedup("lint", "docs", "--baseline", "known.txt", "--update-baseline").code == 0
    return tmp_path / "docs"


def git(*arguments):
    subprocess.run(["git", *arguments], check=True, capture_output=True)


@pytest.fixture(params=[("--baseline", "known.txt"), ("--baseline-from-ref", "HEAD")], ids=["file", "commit"])
def baseline(request):
    """The baseline, from a file and from a commit."""
    return request.param


def found(dedup, baseline):
    outcome = dedup("lint", "docs", *baseline, "--format", "json")
    report = json.loads(outcome.out)
    assert outcome.code == bool(report["findings"]), outcome.err
    return [(finding["rule"], len(finding["places"])) for finding in report["findings"]]


def test_findings_in_the_baseline_are_only_counted(dedup, tree, baseline):
    assert found(dedup, baseline) == []
    outcome = dedup("lint", "docs", *baseline)
    assert outcome.out == "No new repeats in 2 files, 85 words; 2 findings in the baseline.\n"


@pytest.mark.parametrize("name", ["known.txt", "known.md"])
def test_the_baseline_itself_is_never_read(dedup, tree, name):
    """A baseline lies in the tree, and many of its lines name the same files."""
    for number in range(20):
        (tree / f"{number}.md").write_text(f"{FRESH}\n\nPage {number} has words of its own.\n")
    assert dedup("lint", ".", "--baseline", name, "--update-baseline").code == 0
    outcome = dedup("lint", ".", "--baseline", name, "--min-confidence", "0")
    assert outcome.code == 0, outcome.out
    before = json.loads(dedup("lint", "docs", "--format", "json").out)["summary"]["words"]
    (tree / "copy.txt").write_bytes((tree.parent / name).read_bytes())
    assert json.loads(dedup("lint", "docs", "--format", "json").out)["summary"]["words"] == before


def test_a_new_repeat_is_the_only_finding(dedup, tree, baseline):
    (tree / "a.md").write_text(f"{FRESH}\n\n" + (tree / "a.md").read_text())
    (tree / "b.md").write_text((tree / "b.md").read_text() + f"\n{FRESH}\n")
    assert found(dedup, baseline) == [("DUP001", 2)]


def test_a_third_copy_of_a_passage_in_the_baseline_is_new(dedup, tree, baseline):
    (tree / "c.md").write_text(f"{ONE}\n")
    assert found(dedup, baseline) == [("DUP001", 3)]


def test_a_passage_in_the_baseline_that_was_changed_in_one_place_is_new(dedup, tree, baseline):
    text = (tree / "b.md").read_text()
    (tree / "b.md").write_text(text.replace("closes again at four", "closes again at five"))
    assert found(dedup, baseline) == [("DUP002", 2)]
    assert '"four" -> "five"' in dedup("lint", "docs", *baseline).out


def test_moving_wrapping_emphasis_and_links_change_nothing(dedup, tree, baseline):
    moved = (tree / "b.md").read_text()
    (tree / "b.md").unlink()
    moved = moved.replace("harbour office", "[harbour *office*](https://example.org/office)").replace(
        "at four", "at\nfour"
    )
    (tree / "z").mkdir()
    (tree / "z" / "moved.md").write_text("Some words come before it now.\n\n" + moved)
    assert found(dedup, baseline) == []


def test_a_repeat_that_is_gone_leaves_the_baseline_when_it_is_updated(dedup, tree):
    (tree / "b.md").write_text("Nothing is left here.\n")
    assert dedup("lint", "docs", "--baseline", "known.txt", "--update-baseline").code == 0
    assert (tree.parent / "known.txt").read_text() == "dedup baseline 1\n"


def test_an_update_of_some_files_keeps_the_entries_of_the_others(dedup, tree):
    before = (tree.parent / "known.txt").read_text()
    (tree.parent / "new.md").write_text(f"{FRESH}\n\nAnd once more, with feeling.\n\n{FRESH}\n")
    assert dedup("lint", "new.md", "--baseline", "known.txt", "--update-baseline").code == 0
    after = (tree.parent / "known.txt").read_text().splitlines()
    assert set(before.splitlines()) < set(after)
    assert len(after) == len(before.splitlines()) + 1
    assert after[1:] == sorted(after[1:])


def test_both_sides_of_a_merge_may_be_kept(dedup, tree):
    path = tree.parent / "known.txt"
    first, *lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([first, *lines, *(line.replace(" 2 [", " 1 [") for line in lines)]))
    assert found(dedup, ("--baseline", "known.txt")) == []


def test_a_commit_is_read_as_the_files_are(dedup, tree):
    for name in ("a.md", "b.md"):  # the title of a link is read in plain text, and in Markdown it is not
        (tree / name).write_text(f'[{name[0]} word](there.md "one two three four five six seven eight nine")\n')
    git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qam", "second")
    plain = ("--markup", "plain")
    assert found(dedup, plain) == [("DUP003", 2)]
    assert found(dedup, (*plain, "--baseline-from-ref", "HEAD")) == []


def test_the_baseline_may_be_configured(dedup, tree):
    (tree.parent / "dedup.toml").write_text('baseline = "known.txt"\n')
    assert found(dedup, ()) == []
    assert found(dedup, ("--isolated",)) == [("DUP001", 2), ("DUP003", 2)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is not a baseline of this version (it is empty"),
        ("dedup baseline 2\n", "is not a baseline of this version (its first line is 'dedup baseline 2'"),
        ("dedup baseline 1\n<<<<<<< ours\n", "known.txt:2: the merge is not finished"),
        ("<<<<<<< ours\ndedup baseline 1\n", "known.txt:1: the merge is not finished"),
        ("dedup baseline 1\nnot a line\n", "known.txt:2: not a line of a baseline"),
        (f"dedup baseline 1\n{'a' * 32} 0 []\n", "known.txt:2: not a line of a baseline"),
        (f"dedup baseline 1\n{'a' * 32} 2 {{}}\n", "known.txt:2: not a line of a baseline"),
        (f"dedup baseline 1\n{'a' * 32} 2 {'[' * 10**5}\n", "known.txt:2: not a line of a baseline"),
    ],
)
def test_a_file_that_is_not_a_baseline_is_refused_and_left_unchanged(dedup, tree, content, message):
    path = tree.parent / "known.txt"
    path.write_text(content)
    for update in ((), ("--update-baseline",)):
        outcome = dedup("lint", "docs", "--baseline", "known.txt", *update)
        assert (outcome.code, outcome.out) == (2, "")
        assert message in outcome.err
    assert path.read_text() == content


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--baseline", "none.txt"), "none.txt: baseline not found; create it with --update-baseline"),
        (("--update-baseline",), "--update-baseline does not know which file to write"),
        (("--baseline-from-ref", "HEAD", "--update-baseline"), "use only one"),
        (("--baseline-from-ref", "no-such-name"), "git says: there is no commit"),
        (("--baseline-from-ref", "--all"), "git says: there is no commit"),
    ],
)
def test_options_that_cannot_be_used_are_errors(dedup, tree, options, message):
    outcome = dedup("lint", "docs", *options)
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err


def test_a_baseline_that_cannot_be_written_stays_as_it_was(dedup, tree):
    (tree.parent / "locked").mkdir()
    outcome = dedup("lint", "docs", "--baseline", "none/known.txt", "--update-baseline")
    assert outcome.code == 2
    assert "could not write 'none/known.txt'" in outcome.err
