"""reStructuredText, from the text to a finding."""

import json

import dedup
from dedup.cli import main

SENTENCE = "The harbour master said that the north pier will stay closed until the end of May."
MARKED = """\
The *harbour master* said that the :ref:`north pier <pier>` will
  stay closed until the `end of May <http://example.org/may>`__."""


def test_a_passage_is_found_under_other_markup_to_the_character():
    text = f"Boats\n=====\n\nLate. {SENTENCE}\n\n.. note::\n\n  {MARKED}\n"
    (repeat,) = dedup.find_repeats(text, markup="rst")
    first, second = (text[place.start : place.end] for place in repeat.places)
    assert first == SENTENCE.rstrip(".")
    assert second == MARKED[: MARKED.rindex(" <")]
    assert repeat.similarity == 1


def test_lint_reports_paragraphs_and_lists_of_rst_with_copies_in_code_and_comments(tmp_path, capsys):
    path = tmp_path / "a.rst"
    code = f"Shown::\n\n    {SENTENCE}\n\n.. {SENTENCE}\n\n.. code-block:: text\n\n   {SENTENCE}\n"
    path.write_text(f"{SENTENCE}\n\n- Item: {MARKED}\n\nNothing else here.\n\n{code}")
    capsys.readouterr()
    assert main(["lint", "--isolated", "--format", "json", str(path)]) == 1
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert [place["line"] for place in finding["places"]] == [1, 3, 10, 12, 16]


def test_an_unclosed_literal_does_not_hide_the_rest_of_the_file(tmp_path, capsys):
    path = tmp_path / "a.rst"
    path.write_text(f"One ``literal.\n\n{SENTENCE}\n\n+---+\n| a |\n\n{SENTENCE}\n")
    assert main(["lint", "--isolated", "--format", "json", str(path)]) == 1
    assert len(json.loads(capsys.readouterr().out)["findings"]) == 1
