"""Which places are suppressed: by a comment, the configuration, or because their passage is on the allow-list."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.rows import bounds, owner
from dedup.lint.config import Config
from dedup.lint.rules import REPEATS, Instance, Severity
from dedup.lint.suppress.allowlist import Allowed
from dedup.lint.suppress.comments import Suppression, Suppressions, suppressions
from dedup.lint.texts import Texts

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Places(NamedTuple):
    """The places of several findings: of row r, ``offsets[r] .. offsets[r + 1] - 1``."""

    offsets: Ints
    documents: Ints
    """int64 (p,): the number of the text of each."""
    starts: Ints
    """int64 (p,): where each begins, in characters."""
    ends: Ints


class Trees(NamedTuple):
    """The groups of trees that each text belongs to."""

    group: Ints
    """int64 (d,): the number of the group of each text; -1 for none."""
    tree: Ints
    """int64 (d,): the number of its tree, which no other tree has."""
    page: Ints
    """int64 (d,): the number of its page: those of one group with one page correspond."""
    alone: Bools
    """bool (d,): whether no other tree of the group has its page."""

    @classmethod
    def of(cls, paths: Sequence[str], config: Config) -> Trees:
        """Return those of some files. Linear in their paths."""
        found = [config.tree_of(path) for path in paths] if config.groups else [None] * len(paths)
        trees: dict[tuple[int, int], int] = {}
        pages: dict[tuple[int, str], int] = {}
        holders: dict[int, set[int]] = {}
        rows = []
        for tree in found:
            if tree is None:
                rows.append((-1, -1, -1))
                continue
            number = trees.setdefault((tree.group, tree.number), len(trees))
            page = pages.setdefault((tree.group, tree.page), len(pages))
            holders.setdefault(page, set()).add(number)
            rows.append((tree.group, number, page))
        alone = [page >= 0 and len(holders[page]) == 1 for _, _, page in rows]
        groups, numbers, of_pages = np.array(rows, np.int64).reshape(-1, 3).T
        return cls(groups, numbers, of_pages, np.array(alone, np.bool_))


class Rules(NamedTuple):
    """What suppresses anything in certain texts."""

    comments: Sequence[Suppressions]
    """By text."""
    ignored: Sequence[tuple[str, ...]]
    """By text, the rules that the configuration ignores in its file: codes or prefixes of codes."""
    trees: Trees
    """The trees that may repeat each other."""
    untranslated: bool
    """Whether nothing is left but what trees are expected to repeat."""

    @classmethod
    def of(cls, texts: Texts, config: Config, untranslated: bool = False) -> Rules:
        """Return those of some texts. Linear in the texts that speak of dedup."""
        paths = [source.path for source in texts.sources]
        return cls(
            [suppressions(reading) for reading in texts.readings],
            [config.ignored_in(path) for path in paths],
            Trees.of(paths, config),
            untranslated,
        )

    def any_in(self, document: int) -> bool:
        """Return whether anything can suppress a place of this text."""
        return bool(self.comments[document].every or self.ignored[document] or self.trees.group[document] >= 0)

    def ignores(self, document: int, rule: str) -> bool:
        """Return whether the configuration ignores a rule in the file of a text."""
        return rule.startswith(self.ignored[document])


class Suppressed(NamedTuple):
    """Which places are suppressed, and which comments did it."""

    places: Bools
    used: set[tuple[int, int]]
    """Comments, each as its text and where it begins."""


def suppressed(
    rules: Rules, places: Places, codes: Sequence[str], allows: Callable[[int], bool] | None = None
) -> Suppressed:
    """Return which places of findings are suppressed.

    A place is suppressed if a comment covers it, if the configuration ignores the rule in its file, if its passage is
    on the allow-list, or if all other places are expected: in corresponding files of other trees of its group. If what
    is not translated is asked for, it is the other way round: findings in which no place is expected are suppressed.

    Parameters
    ----------
    rules
        What suppresses in each text.
    places
        Findings, as rows of places.
    codes
        The rule of each finding.
    allows
        Returns whether the place of a number is allowed to be repeated; None if nothing is.

    Returns
    -------
    Suppressed
        bool (p,), and the comments. Linear in the places of the texts in which anything is suppressed.
    """
    found = np.zeros(len(places.documents), np.bool_)
    used: set[tuple[int, int]] = set()
    touched = np.array([rules.any_in(document) for document in range(len(rules.comments))], np.bool_)
    row = owner(places.offsets)
    wanted = np.arange(len(found)) if allows else np.flatnonzero(touched[places.documents])
    for place in wanted.tolist():
        document, code = int(places.documents[place]), codes[row[place]]
        start, end = int(places.starts[place]), int(places.ends[place])
        covering = [comment.start for comment in rules.comments[document].covering(code, start, end)]
        used.update((document, comment) for comment in covering)
        found[place] = bool(covering) or rules.ignores(document, code) or (allows is not None and allows(place))
    expected, others = _expected(rules.trees, places.documents, row, found)
    gone = (expected == others) & (others > 0)
    if rules.untranslated:
        gone = np.bincount(row, expected > 0, len(places.offsets) - 1)[row] == 0
    return Suppressed(found | gone, used)


def _expected(trees: Trees, documents: Ints, row: Ints, suppressed: Bools) -> tuple[Ints, Ints]:
    """Return how many fellows of each place, of those that are not suppressed, are expected, and how many it has.

    A fellow is expected if it lies in another tree of the group, in the file that corresponds; or if neither file has
    a counterpart in another tree, because one was renamed.
    """
    expected, others = np.zeros((2, len(documents)), np.int64)
    left = np.flatnonzero(~suppressed)
    text = documents[left]
    group, tree, page, alone = trees.group[text], trees.tree[text], trees.page[text], trees.alone[text]
    if not (group >= 0).any():
        return expected, others
    row = row[left]
    others[left] = np.bincount(row)[row] - 1
    # those of a group that have no counterpart count as one page
    page = np.where(alone, int(page.max()) + 1 + group, page)
    same = _counts(row, page) - _counts(row, page * (int(tree.max()) + 1) + tree)
    expected[left] = np.where(group >= 0, same, 0)
    return expected, others


def _counts(row: Ints, values: Ints) -> Ints:
    """Return how often the value of each place stands in its row."""
    order = np.lexsort((values, row))
    fresh = np.append(True, (np.diff(row[order]) != 0) | (np.diff(values[order]) != 0))
    run = np.cumsum(fresh) - 1
    found = np.empty(len(row), np.int64)
    found[order] = np.bincount(run)[run]
    return found


def kept(places: Places, gone: Bools, focus: int) -> tuple[Ints, Ints, Bools]:
    """Return what is left of findings that lose places.

    A finding is left with two places or more, one of them in one of the first `focus` texts.

    Returns
    -------
    rows : int64 (k,)
        The findings that are left.
    left : int64 (q,)
        The places that are left of them, row by row.
    lost : bool (k,)
        Whether each has lost any.
    """
    row = owner(places.offsets)
    count = np.bincount(row, ~gone, len(places.offsets) - 1)
    focused = np.bincount(row, ~gone & (places.documents < focus), len(places.offsets) - 1)
    good = (count >= 2) & (focused >= 1)
    rows = np.flatnonzero(good)
    left = np.flatnonzero(~gone & good[row])
    return rows, left, count[rows] < np.diff(places.offsets)[rows]


class Unused(NamedTuple):
    """A comment that suppressed nothing: its text, and how serious that is."""

    document: int
    comment: Suppression
    severity: Severity


def unused(
    rules: Rules,
    used: set[tuple[int, int]],
    focus: int,
    config: Config,
    *,
    within: bool,
    whole: bool,
    unasked: Collection[str] = (),
) -> list[Unused]:
    """Return the comments that suppressed nothing, if a rule that they name is reported at all.

    Parameters
    ----------
    rules, used
        What suppresses in each text, and the comments that suppressed a place.
    focus
        How many of the texts, the first ones, findings are about.
    config
        Which rules are reported, and how serious they are.
    within
        Whether each text is compared with itself only: then only comments with an error are returned, because others
        may be needed in other runs.
    whole
        Whether everything was read that the texts may repeat: if not, an unused comment is only a note, unless the
        configuration says otherwise.
    unasked
        Rules that this run does not ask for, such as that of an archive without one.
    """
    asked = [rule for rule in REPEATS if rule not in unasked]
    found = []
    for document in range(focus):
        if not config.reports("DUP100") or rules.ignores(document, "DUP100"):
            continue
        for comment in rules.comments[document].every:
            severity = config.severity_of("DUP100")
            if not comment.fault:
                named = any(config.reports(rule) and rule.startswith(comment.codes) for rule in asked)
                if within or not named or (document, comment.start) in used:
                    continue
                if not whole and "DUP100" not in config.severity:
                    severity = Severity.NOTE
            found.append(Unused(document, comment, severity))
    return found


def allowed_places(allowed: Allowed | None, documents: Ints, first: Ints, stop: Ints) -> Callable[[int], bool] | None:
    """Return a function that tells of a place whether its passage is on the allow-list; `first` and `stop` are tokens
    of the texts."""
    if allowed is None:
        return None
    return lambda place: allowed.allows(int(documents[place]), int(first[place]), int(stop[place]))


def without_suppressed_instances(
    rules: Rules, instances: Sequence[Instance], focus: int
) -> tuple[list[Instance], set[tuple[int, int]]]:
    """Return the instances of the places that are not suppressed, and the comments that suppressed any."""
    if not instances:
        return [], set()
    flat = np.array([place for instance in instances for place in instance.places], np.int64)
    offsets = bounds(np.array([len(instance.places) for instance in instances]))
    places = Places(offsets, *flat.T)
    found = suppressed(rules, places, [instance.rule for instance in instances])
    rows, left, _ = kept(places, found.places, focus)
    sizes = np.bincount(owner(offsets)[left], minlength=len(instances))[rows].tolist()
    remaining = iter(map(tuple, flat[left].tolist()))
    smaller = [
        replace(instances[row], places=tuple(islice(remaining, size)))
        for row, size in zip(rows.tolist(), sizes, strict=True)
    ]
    return smaller, found.used
