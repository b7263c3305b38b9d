"""The reference pages that are written by hand leave nothing out."""

import re
from pathlib import Path

import pytest

from dedup.lint.reporters import FORMATS
from dedup.lint.rules import RULES

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_a_row_and_a_section(name):
    page = (REFERENCE / "formats.md").read_text("utf-8")
    assert f"| `{name}` |" in page
    assert f"\n## {name}\n" in page


@pytest.mark.parametrize("code", RULES)
def test_every_rule_is_in_the_table_of_the_readme(code):
    assert f"\n| {code} | " in (ROOT / "README.md").read_text("utf-8")


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 200


def test_every_environment_variable_of_the_package_is_documented():
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "dedup").rglob("*.py"))
    used = set(re.findall(r"\b(?:DEDUP_[A-Z]+|NO_COLOR|FORCE_COLOR|GITHUB_[A-Z_]+)\b", code))
    documented = set(re.findall(r"^\| `(\w+)` \|", (REFERENCE / "environment.md").read_text("utf-8"), re.MULTILINE))
    assert used <= documented


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_to_files_lead_to_files_that_are_there(name):
    text = (ROOT / name).read_text("utf-8")
    targets = [target for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target]
    missing = [target for target in targets if target[0] != "#" and not (ROOT / target.partition("#")[0]).exists()]
    assert missing == []


def test_paths_that_the_guide_for_contributors_names_are_there():
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = re.findall(r"`((?:dedup|docs|tests|benchmarks|\.ci)/[\w./-]*|\.pre-commit-hooks\.yaml)`", text)
    assert len(named) > 40
    assert [path for path in named if not (ROOT / path).exists()] == []
