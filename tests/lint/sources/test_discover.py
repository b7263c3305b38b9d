import os

import pytest

from dedup.lint.errors import PathError
from dedup.lint.sources import walk
from dedup.lint.sources.discover import Document, markup_of, select
from dedup.text.markups import with_extensions


@pytest.fixture
def tree(tmp_path, monkeypatch):
    for path in ("b.md", "a/z.MD", "a-b/c.txt", "a/code.py", "a/y.markdown", "top.rst", ".hidden/h.md"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def paths(*named: str) -> list[str]:
    return [document.path for document in select(named).documents]


def test_a_folder_gives_its_files_of_known_extension_in_the_order_of_their_paths(tree):
    assert paths(".") == [".hidden/h.md", "a/y.markdown", "a/z.MD", "a-b/c.txt", "b.md", "top.rst"]


def test_the_order_of_arguments_changes_nothing(tree):
    assert paths("b.md", "a", "-") == paths("-", "a", "b.md") == ["-", "a/y.markdown", "a/z.MD", "b.md"]


def test_a_file_that_is_named_is_read_whatever_it_is_called(tree):
    assert select(["top.rst", "a/code.py", "a/z.MD"]).documents == (
        Document("a/code.py", "plain"),
        Document("a/z.MD", "markdown"),
        Document("top.rst", "rst"),
    )


def test_markup_can_be_forced(tree):
    assert {document.markup for document in select(["."], markup="plain").documents} == {"plain"}


@pytest.mark.parametrize(
    ("path", "markup"),
    [
        ("a.md", "markdown"),
        ("a.MKD", "markdown"),
        ("a.mdown", "markdown"),
        ("a.html", "html"),
        ("a.HTM", "html"),
        ("a.xhtml", "html"),
        ("a.txt", "plain"),
        ("README", "plain"),
        ("-", "plain"),
    ],
)
def test_the_extension_says_the_markup(path, markup):
    assert markup_of(path) == markup


def test_a_file_reached_by_several_names_is_read_once(tree):
    os.symlink("b.md", "0-link.md")
    os.link("b.md", "c.md")
    assert paths(".", "./b.md", str(tree / "b.md"), "a/../b.md", "0-link.md") == paths(str(tree / "b.md"), ".")
    assert [path for path in paths(".") if path in ("b.md", "c.md", "0-link.md")] == ["b.md"]


def test_a_link_to_a_file_elsewhere_is_read(tree):
    os.symlink("../b.md", "a/linked.md")
    assert paths("a") == ["a/linked.md", "a/y.markdown", "a/z.MD"]


def test_paths_are_shown_without_a_dot_before_them(tree):
    assert paths("./a", "./b.md") == ["a/y.markdown", "a/z.MD", "b.md"]
    (tree / "-").write_text("")
    assert paths("./-", "-") == ["-", "./-"]


def test_folders_that_link_to_themselves_are_survived(tree):
    os.symlink("..", "a/up")
    os.symlink(".", "a/here")
    os.symlink("loop.md", "loop.md")
    selection = select(["."])
    assert [document.path for document in selection.documents] == [
        ".hidden/h.md",
        "a/y.markdown",
        "a/z.MD",
        "a-b/c.txt",
        "b.md",
        "top.rst",
    ]
    assert [failure.path for failure in selection.failures] == ["loop.md"]


def test_a_folder_named_by_a_link_is_walked(tree):
    os.symlink("a", "link")
    assert paths("link") == ["link/y.markdown", "link/z.MD"]


def test_git_folders_are_never_entered(tree):
    (tree / ".git").mkdir()
    (tree / ".git" / "description.md").write_text("")
    (tree / "a" / ".git").mkdir()
    (tree / "a" / ".git" / "x.md").write_text("")
    assert not [path for path in paths(".") if ".git" in path]


def test_a_path_that_is_not_there_is_an_error(tree):
    with pytest.raises(PathError, match=r"'nowhere\.md'"):
        select(["b.md", "nowhere.md"])
    with pytest.raises(PathError):
        select(["b.md/inside"])
    with pytest.raises(PathError):
        select([""])


def test_what_cannot_be_looked_at_is_told(tree, monkeypatch):
    os.symlink("nowhere.md", "dangling.md")
    os.mkfifo("pipe.md")
    listing = os.scandir

    def scandir(path):
        if path == "a":
            raise PermissionError(13, "Permission denied", path)
        return listing(path)

    monkeypatch.setattr(walk.os, "scandir", scandir)
    failures = select([".", "x" * 300]).failures
    assert [(failure.path, failure.message) for failure in failures] == [
        ("a", "could not be read: Permission denied"),
        ("dangling.md", "could not be read: No such file or directory"),
        ("pipe.md", "is not a regular file"),
        ("x" * 300, "could not be read: File name too long"),
    ]


@pytest.mark.parametrize("name", ["a.jsonl", "a.JSON", "a.csv", "a.tsv", "a.parquet", "a.jsonl.zst", "a.csv.gz"])
def test_a_data_file_that_is_named_is_refused_unless_a_markup_is_named_too(tree, name):
    (tree / name).write_text("")
    with pytest.raises(PathError, match=r"is a data file, not a document; .*dedup\.find_duplicates"):
        select([name])
    assert select([name], markup="plain").documents == (Document(name, "plain"),)
    extension = name[name.index(".") :].lower()
    assert select([name], extensions=with_extensions({extension: "plain"})).documents == (Document(name, "plain"),)
    assert name not in paths(".")


def test_extensions_may_be_added_and_the_longest_decides(tree):
    for name in ("page.html.erb", "page.erb", "notes.Foo"):
        (tree / name).write_text(name)
    extensions = with_extensions({".html.erb": "html", ".erb": "plain", ".foo": "rst"})
    found = {document.path: document.markup for document in select(["."], extensions=extensions).documents}
    assert found["page.html.erb"] == "html"
    assert found["page.erb"] == "plain"
    assert found["notes.Foo"] == "rst"


def test_prose_in_other_formats_is_counted_in_folders_and_code_is_not(tree):
    for name in ("a/a.adoc", "a/b.ADOC", "a/c.tex", "a/p.md.j2", "b.py", "c.png", "d.json", "Makefile", "x.j2"):
        (tree / name).write_text(name)
    selection = select([".", "a"])
    assert selection.unread_by_extension() == [(".adoc", 2), (".md.j2", 1), (".tex", 1)]
    assert selection.without(lambda path: path.endswith(".tex")).unread == ("a/a.adoc", "a/b.ADOC", "a/p.md.j2")
    assert select(["a/a.adoc"]).unread == ()
