"""Which texts of a corpus are kept, as one plan over relations that any engine can run.

Texts have a number: their rank in the order of priority. Those of a second corpus that they are compared with have
negative ones, and are always kept. Tables, in the order in which they are made:

1. ``texts``: a fingerprint and a set of shingles for each text.
2. ``leaders``: of texts with equal fingerprints, the first. The others are copies.
3. ``runs``: postings of leaders, by prefix filtering or by bands of signatures, without keys that only one has.
4. Rounds that decide which leaders are kept: see `decide`.
5. ``members``: for each text, the kept text that it goes because of.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, Self

import pyarrow as pa

from dedup import arguments
from dedup.corpus.batches import (
    MATCHES,
    POSTINGS,
    SETS,
    STATES,
    ToBands,
    ToMatches,
    ToPostings,
    ToSets,
    ToStates,
    to_hashes,
)
from dedup.corpus.engine import Engine
from dedup.match.duplicates import LONG
from dedup.progress import Progress
from dedup.sketch.bands import choose
from dedup.sketch.minhash import MinHasher

KNOWN: Final = 1 << 62
"""Below zero by this much are the numbers of the texts that others are compared with."""
FEW: Final = 4
"""How many of a run each text is compared with in the first round."""
AT_ONCE: Final = 1 << 18
"""How many undecided texts are decided together, in the memory of one task."""


Order = Literal["first", "longest", "score"]


class Parameters(NamedTuple):
    """How texts are compared; see `dedup.find_duplicates`."""

    threshold: float
    containment: bool
    method: Literal["auto", "exact", "lsh"]
    shingle_size: int
    num_perm: int
    recall: float
    seed: int
    linkage: Literal["star", "single"]
    keep: Order
    """What comes first in the order of priority; the highest of a column ``score`` for the last."""

    @classmethod
    def of(
        cls,
        *,
        threshold: float,
        measure: str,
        method: Literal["auto", "exact", "lsh"],
        shingle_size: int,
        num_perm: int,
        recall: float,
        seed: int,
        linkage: Literal["star", "single"],
        keep: str,
    ) -> Self:
        """Return the parameters of a user, checked. `keep` may name any column.

        Raises
        ------
        TypeError, ValueError
            One has the wrong type or is out of range.
        """
        arguments.choice("measure", measure, ("jaccard", "containment"))
        arguments.choice("method", method, ("auto", "exact", "lsh"))
        arguments.choice("linkage", linkage, ("star", "single"))
        containment = measure == "containment"
        if containment and method == "lsh":
            raise ValueError("method = 'lsh' finds no containment; allowed: 'auto', 'exact'")
        if containment and linkage == "single":
            raise ValueError("linkage = 'single' is not for measure = 'containment'; allowed: 'star'")
        if not isinstance(keep, str):
            raise TypeError(f"keep = {keep!r} is not a str; allowed: 'first', 'longest', or the name of a column")
        found = cls(
            arguments.similarity("threshold", threshold),
            containment,
            method,
            arguments.integer("shingle_size", shingle_size, 1, arguments.MOST_WORDS),
            arguments.integer("num_perm", num_perm, 2, arguments.MOST_PERMUTATIONS),
            arguments.recall(recall),
            arguments.integer("seed", seed, 0, 2**32 - 1),
            linkage,
            "first" if keep == "first" else "longest" if keep == "longest" else "score",
        )
        if method == "lsh":
            choose(found.threshold, found.recall, found.num_perm)
        return found


def keep(engine: Engine, parameters: Parameters, against: bool, counters: int, progress: Progress) -> None:
    """Make the table ``members``: for each text its id, because (null if it is kept), similarity, and copied.

    ``copied`` says whether its shingles are those of a text before it.

    Parameters
    ----------
    engine
        Has a table ``source_0`` with ``id``, ``text`` and what else is to be kept of a text, and ``source_1`` with
        ``id`` and ``text``.
    against
        Whether there is a ``source_1``; its ids are negative.
    counters
        Size of the table that counts shingles, a power of two.
    """
    for number, keep in enumerate([parameters.keep, "first"] if against else [parameters.keep]):
        function = ToSets(parameters.shingle_size, keep)
        engine.map(f"read_{number}", f"source_{number}", function, _schema(engine, number, keep))
    ordered = parameters.containment or parameters.keep != "first"
    if ordered:
        by = ["size DESC"] if parameters.containment else []
        by += ["score DESC"] if parameters.keep != "first" else []
        columns = ", ".join(["id AS number", *(order.split()[0] for order in by)])
        engine.ranked("ranks", f"SELECT {columns} FROM read_0", ", ".join([*by, "number"]))
    _texts(engine, ordered, against)
    engine.query(
        "leaders",
        "SELECT first, second, min(id) AS id, max(size) AS size, max(weight) AS weight FROM texts "
        "GROUP BY first, second",
    )
    _postings(engine, parameters, counters, progress)
    if parameters.linkage == "single":
        chained(engine, parameters, progress)
    else:
        decide(engine, parameters, progress)
    _members(engine, ordered)


def _schema(engine: Engine, source: int, keep: str) -> pa.Schema:
    schema = SETS
    for name, kind in engine.columns(f"source_{source}").items():
        if name not in ("id", "text"):
            schema = schema.append(pa.field(name, kind))
    return schema.append(pa.field("score", pa.float64())) if keep == "longest" else schema


def _texts(engine: Engine, ordered: bool, against: bool) -> None:
    columns = "first, t.second, t.size, t.weight, t.shingles"
    texts = f"SELECT t.id, t.{columns} FROM read_0 t"
    if ordered:
        texts = f"SELECT r.id, t.{columns} FROM read_0 t JOIN ranks r ON r.number = t.id"
    if against:
        texts += f" UNION ALL SELECT t.id, t.{columns} FROM read_1 t"
    engine.view("texts", texts)


def _members(engine: Engine, ordered: bool) -> None:
    members = (
        "SELECT t.id, CASE WHEN g.id IS NOT NULL THEN g.because WHEN t.id <> l.id THEN l.id END AS because, "
        "CASE WHEN g.id IS NOT NULL THEN g.similarity WHEN t.id <> l.id THEN 1.0 END AS similarity, "
        "t.id <> l.id AS copied "
        "FROM texts t JOIN leaders l ON t.first = l.first AND t.second = l.second LEFT JOIN gone g ON g.id = l.id "
        "WHERE t.id >= 0"
    )
    if ordered:
        members = (
            "SELECT a.number AS id, coalesce(b.number, m.because) AS because, m.similarity, m.copied "
            f"FROM ({members}) m JOIN ranks a ON a.id = m.id LEFT JOIN ranks b ON b.id = m.because"
        )
    engine.query("members", members)


def _postings(engine: Engine, parameters: Parameters, counters: int, progress: Progress) -> None:
    """Make the tables ``runs`` and ``compared``."""
    progress("looking for rare shingles", 0, None)
    count, total = engine.value("SELECT count(*), coalesce(sum(size), 0) FROM leaders WHERE size > 0")
    bands = None
    if parameters.method == "lsh" or (
        parameters.method == "auto" and not parameters.containment and total > LONG * max(count, 1)
    ):
        bands = choose(parameters.threshold, parameters.recall, parameters.num_perm)
    engine.view(
        "sets",
        "SELECT l.id, l.size, l.weight, t.shingles FROM texts t JOIN leaders l ON t.id = l.id WHERE l.size > 0",
    )
    if bands:
        hasher = MinHasher(num_perm=parameters.num_perm, seed=parameters.seed, shingle_size=parameters.shingle_size)
        function: ToBands | ToPostings = ToBands(hasher, bands)
    else:
        counts = engine.counters("counters", "SELECT shingles FROM sets", to_hashes, counters)
        function = ToPostings(counts, parameters.threshold, parameters.containment)
    engine.map("postings", "SELECT id, size, weight, shingles FROM sets", function, POSTINGS)
    shared = "SELECT key FROM postings GROUP BY key HAVING count(*) > 1"
    engine.query("runs", f"SELECT p.* FROM postings p JOIN ({shared}) s ON p.key = s.key")
    engine.query("waiting", "SELECT DISTINCT id FROM runs")
    engine.query("compared", "SELECT s.id, s.shingles FROM sets s JOIN waiting w ON s.id = w.id")
    engine.drop("postings")


def decide(engine: Engine, parameters: Parameters, progress: Progress) -> None:
    """Make the table ``gone``: each leader that goes, the first kept one that it is like, and their similarity.

    By the sequential rule a text is kept unless it is like a kept text before it. In rounds: each undecided text is
    compared with the first few texts before it, in each of its runs, that have not gone. Like a kept one, it goes. Like
    none that is kept or undecided, and with no other before it in its runs, it is kept. Each round compares with twice
    as many. So a family of n variants costs n comparisons, not n squared, wherever its runs lie; and as a text is only
    kept when all before it are decided, the result is that of the sequential rule, in whatever order the work is done.
    """
    engine.view("states_0", "SELECT id, CASE WHEN id < 0 THEN id END AS because FROM waiting")
    engine.view("states", _states(0))
    (every,) = engine.value("SELECT count(*) FROM waiting WHERE id >= 0")
    rounds: list[str] = []
    left, passes, few, live = every, 0, FEW, "SELECT * FROM runs"
    while left:
        progress("comparing texts", every - left, every)
        last, turn = len(rounds), str(len(rounds) + 1)
        engine.query(
            f"ranked_{turn}",
            f"SELECT key, id, size, leads, row_number() OVER (PARTITION BY key ORDER BY id) AS place FROM ({live}) l",
        )
        engine.query(
            f"pairs_{turn}",
            f"SELECT DISTINCT u.id AS later, f.id AS earlier FROM ranked_{turn} u JOIN ranked_{turn} f "
            f"ON u.key = f.key AND f.place <= {few} AND f.place < u.place "
            "JOIN states s ON s.id = u.id AND s.because IS NULL "
            f"WHERE {_candidates(parameters)}" + _not_in(rounds),
        )
        rounds.append(turn)
        _verify(engine, parameters, f"matches_{turn}", f"pairs_{turn}")
        engine.view("matches", _union(rounds))
        blocked = f"SELECT DISTINCT id FROM ranked_{turn} WHERE place > {few + 1}"
        engine.drop(f"ranked_{last}")
        while True:
            before, passes = left, passes + 1
            _settle(engine, f"states_{passes}", blocked, before)
            engine.view("states", _states(passes))
            (left,) = engine.value(f"SELECT count(*) FROM states_{passes} WHERE because IS NULL")
            if not left or before <= AT_ONCE or 10 * left > 9 * before:
                break
        few *= 2
        live = f"SELECT r.* FROM ranked_{turn} r JOIN states s ON s.id = r.id AND coalesce(s.because, s.id) = s.id"
    _because(engine, parameters, rounds)


def matches(engine: Engine, parameters: Parameters) -> None:
    """Make the table ``every_match`` of all pairs of leaders that are similar: later, earlier, similarity.

    Costs a comparison for each two texts that share a key: the square of the texts of a family.
    """
    engine.query(
        "every_pair",
        "SELECT DISTINCT u.id AS later, f.id AS earlier FROM runs u JOIN runs f ON u.key = f.key AND f.id < u.id "
        f"WHERE u.id >= 0 AND {_candidates(parameters)}",
    )
    _verify(engine, parameters, "every_match", "every_pair")


def chained(engine: Engine, parameters: Parameters, progress: Progress) -> None:
    """Make the table ``gone`` by single linkage: each leader but the first of those that chains of matches connect.

    A text like one of ``source_1`` goes because of it, and the others are grouped among themselves. Labels are the
    least number that is reached: each step takes the least of the neighbours, then the label of the label, so that a
    chain of n texts takes about log n steps.
    """
    progress("comparing texts", 0, None)
    matches(engine, parameters)
    engine.query(
        "known",
        "SELECT later AS id, min(earlier) AS because FROM every_match WHERE earlier < 0 GROUP BY later",
    )
    engine.query(
        "edges",
        "SELECT m.later, m.earlier FROM every_match m WHERE m.earlier >= 0 "
        "AND NOT EXISTS (SELECT 1 FROM known k WHERE k.id = m.later) "
        "AND NOT EXISTS (SELECT 1 FROM known k WHERE k.id = m.earlier)",
    )
    engine.view("links", "SELECT later AS a, earlier AS b FROM edges UNION ALL SELECT earlier, later FROM edges")
    engine.query("labels_0", "SELECT DISTINCT a AS id, a AS label FROM links")
    step = 0
    while True:
        engine.query(
            f"nearest_{step}",
            f"SELECT l.id, least(l.label, min(n.label)) AS label FROM labels_{step} l JOIN links e ON e.a = l.id "
            f"JOIN labels_{step} n ON n.id = e.b GROUP BY l.id, l.label",
        )
        engine.query(
            f"labels_{step + 1}",
            f"SELECT a.id, b.label FROM nearest_{step} a JOIN nearest_{step} b ON b.id = a.label",
        )
        (changed,) = engine.value(
            f"SELECT count(*) FROM labels_{step} a JOIN labels_{step + 1} b ON a.id = b.id WHERE a.label <> b.label"
        )
        engine.drop(f"nearest_{step}", f"labels_{step}")
        step += 1
        if not changed:
            break
    engine.query(
        "gone",
        "SELECT k.id, k.because, m.similarity FROM known k JOIN every_match m "
        "ON m.later = k.id AND m.earlier = k.because UNION ALL "
        f"SELECT l.id, l.label, m.similarity FROM labels_{step} l LEFT JOIN every_match m "
        "ON m.later = l.id AND m.earlier = l.label WHERE l.label <> l.id",
    )


def _settle(engine: Engine, name: str, blocked: str, undecided: int) -> None:
    """Make a table of the texts that are undecided, with what the matches so far decide: see `ToStates`.

    `blocked` is the query for the texts that were not compared with all that come before them. Where few texts are
    undecided, one task is given all (the hint is for Spark; it is a comment to others), so that the length of a chain
    of matches does not matter. Otherwise what one call does not decide may be decided by the next.
    """
    hint = "/*+ REPARTITION(1) */ " if undecided <= AT_ONCE else ""
    engine.map(
        name,
        f"SELECT {hint}s.id, n.kept, n.undecided, b.id IS NULL AS compared FROM states s LEFT JOIN ("
        "SELECT m.later, min(e.because) AS kept, array_agg(e.id) FILTER (WHERE e.because IS NULL) AS undecided "
        "FROM matches m JOIN states o ON o.id = m.later AND o.because IS NULL "
        "JOIN states e ON e.id = m.earlier AND coalesce(e.because, e.id) = e.id GROUP BY m.later"
        f") n ON n.later = s.id LEFT JOIN ({blocked}) b ON b.id = s.id WHERE s.because IS NULL",
        ToStates(AT_ONCE),
        STATES,
    )


def _states(passes: int) -> str:
    """Return the query for the state of each text, as `STATES` says, after so many passes."""
    decided = [f"SELECT id, because FROM states_{turn} WHERE because IS NOT NULL" for turn in range(passes)]
    return " UNION ALL ".join([*decided, f"SELECT id, because FROM states_{passes}"])


def _because(engine: Engine, parameters: Parameters, rounds: list[str]) -> None:
    """Make the table ``gone``.

    A text may have gone because of a kept one before another, still earlier one was decided or compared with it.
    """
    engine.query("live", "SELECT r.* FROM runs r JOIN states k ON k.id = r.id AND k.because = k.id")
    engine.query(
        "pairs_earlier",
        "SELECT DISTINCT u.id AS later, f.id AS earlier FROM states g JOIN runs u ON u.id = g.id "
        f"JOIN live f ON f.key = u.key AND f.id < g.because WHERE g.because <> g.id AND {_candidates(parameters)}"
        + _not_in(rounds),
    )
    _verify(engine, parameters, "matches_earlier", "pairs_earlier")
    engine.view("matches", _union([*rounds, "earlier"]))
    engine.query(
        "gone",
        "SELECT m.later AS id, min(m.earlier) AS because, min_by(m.similarity, m.earlier) AS similarity FROM matches m "
        "JOIN states g ON g.id = m.later AND g.because <> g.id JOIN states k ON k.id = m.earlier AND k.because = k.id "
        "GROUP BY m.later",
    )


def _verify(engine: Engine, parameters: Parameters, name: str, pairs: str) -> None:
    engine.map(
        name,
        f"SELECT p.later, p.earlier, a.shingles AS one, b.shingles AS other FROM {pairs} p "
        "JOIN compared a ON a.id = p.later JOIN compared b ON b.id = p.earlier",
        ToMatches(parameters.threshold, parameters.containment),
        MATCHES,
    )


def _candidates(parameters: Parameters) -> str:
    """Return what postings u and f must fulfil: the smaller one leads, and by Jaccard similarity the sizes fit."""
    led = "((u.size <= f.size AND u.leads) OR (f.size <= u.size AND f.leads))"
    if parameters.containment:
        return led
    fit = (
        f"CAST(least(u.size, f.size) AS DOUBLE) / CAST(greatest(u.size, f.size) AS DOUBLE) >= {parameters.threshold!r}"
    )
    return f"{led} AND {fit}"


def _not_in(rounds: list[str]) -> str:
    """Return the condition that u and f were not compared in earlier rounds."""
    if not rounds:
        return ""
    compared = " UNION ALL ".join(f"SELECT later, earlier FROM pairs_{turn}" for turn in rounds)
    return f" AND NOT EXISTS (SELECT 1 FROM ({compared}) c WHERE c.later = u.id AND c.earlier = f.id)"


def _union(rounds: list[str]) -> str:
    return " UNION ALL ".join(f"SELECT later, earlier, similarity FROM matches_{turn}" for turn in rounds)
