import json

import pytest

from dedup.lint.rules import RULES


def test_all_rules_are_listed(dedup):
    outcome = dedup("rule")
    assert outcome.code == 0
    assert [line.split()[0] for line in outcome.out.splitlines()] == list(RULES)


@pytest.mark.parametrize("named", ["DUP003", "dup003", "repeated-passage"])
def test_a_rule_is_explained(dedup, named):
    outcome = dedup("rule", named)
    assert outcome.code == 0
    assert outcome.out.startswith("DUP003 repeated-passage (warning)\n")
    assert "Example:" in outcome.out


def test_an_unknown_rule_is_an_error(dedup):
    outcome = dedup("rule", "DUP777")
    assert outcome.code == 2
    assert "Unknown rule 'DUP777'; allowed: DUP001, " in outcome.err


@pytest.mark.parametrize("code", ["DUP001", "DUP002", "DUP003"])
def test_the_example_of_a_rule_breaks_that_rule(dedup, code):
    outcome = dedup("lint", "--format", "json", "-", stdin=RULES[code].example.encode())
    assert [finding["rule"] for finding in json.loads(outcome.out)["findings"]] == [code]
