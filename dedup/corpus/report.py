"""What the report on a result says, for programs and on a page."""

from __future__ import annotations

from html import escape
from typing import Any, Final

import numpy as np

from dedup.corpus import rows
from dedup.corpus.plan import KNOWN
from dedup.corpus.run import Run

LARGEST: Final = 20
"""Groups that a report shows."""
_SHOWN: Final = 3  # texts of each
_EXCERPT: Final = 300  # characters of each text


def numbers(run: Run) -> dict[str, Any]:
    """Return how large groups are, and how similar what was removed is to what it was removed because of."""
    sizes = (
        "SELECT members + 1 AS size, count(*) AS groups FROM (SELECT count(*) AS members FROM members "
        "WHERE because IS NOT NULL GROUP BY because) g GROUP BY members ORDER BY size"
    )
    steps = (
        "SELECT floor(similarity * 20) / 20 AS least, count(*) AS texts FROM members WHERE because IS NOT NULL "
        "GROUP BY floor(similarity * 20) ORDER BY least"
    )
    return {
        "group_sizes": [list(row.values()) for batch in run.engine.batches(sizes) for row in batch.to_pylist()],
        "similarities": [list(row.values()) for batch in run.engine.batches(steps) for row in batch.to_pylist()],
    }


def largest(run: Run) -> list[dict[str, Any]]:
    """Return the largest groups, each with its size and excerpts of its first texts."""
    query = (
        "SELECT because, count(*) AS removed FROM members WHERE because IS NOT NULL GROUP BY because "
        f"ORDER BY removed DESC, because LIMIT {LARGEST}"
    )
    groups = [row for batch in run.engine.batches(query) for row in batch.to_pylist()]
    if not groups:
        return []
    listed = ", ".join(str(group["because"]) for group in groups)
    some = (
        "SELECT id, because FROM (SELECT id, because, row_number() OVER (PARTITION BY because ORDER BY id) AS place "
        f"FROM members WHERE because IN ({listed})) m WHERE place < {_SHOWN} ORDER BY because, id"
    )
    texts: dict[int, list[int]] = {group["because"]: [group["because"]] for group in groups}
    for batch in run.engine.batches(some):
        for row in batch.to_pylist():
            texts[row["because"]].append(row["id"])
    wanted = {number for numbers in texts.values() for number in numbers}
    excerpts = _excerpts(run, wanted)
    return [
        {"size": group["removed"] + 1, "texts": [excerpts[number] for number in texts[group["because"]]]}
        for group in groups
    ]


def _excerpts(run: Run, wanted: set[int]) -> dict[int, str]:
    """Return the beginning of some texts, reading the files up to the last of them."""
    found: dict[int, str] = {}
    for number, source in enumerate(run.sources):
        lengths = run.lengths(number) - (KNOWN if source.known else 0)
        for file, first, end in zip(source.files, lengths[:-1].tolist(), lengths[1:].tolist(), strict=True):
            here = np.sort([each - first for each in wanted if first <= each < end])
            if not len(here):
                continue
            for part in rows.read(file, source.text, (), lambda *fault: None):
                for at in np.flatnonzero(np.isin(part.numbers, here)).tolist():
                    text = part.columns[source.text][at].as_py()
                    found[first + int(part.numbers[at])] = text[:_EXCERPT] + ("…" if len(text) > _EXCERPT else "")
                if part.end > here[-1]:
                    break
    return found


_PAGE: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Duplicates</title>
<style>
:root {{ color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }}
body {{ max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
table {{ border-collapse: collapse; margin-bottom: 2rem }}
td, th {{ padding: .2rem 1rem .2rem 0; text-align: right }}
th:first-child, td:first-child {{ text-align: left }}
meter {{ width: 16rem }}
blockquote {{ margin: .5rem 0; padding-left: 1rem; border-left: 3px solid;
  white-space: pre-wrap; overflow-wrap: anywhere }}
</style>
<h1>{kept:,} of {texts:,} texts kept</h1>
<p>{removed:,} removed, {copies:,} texts have the same words as another. {measure} from {threshold:g}.</p>
<h2>Similarity of what was removed</h2>
<table>{similarities}</table>
<h2>Sizes of groups</h2>
<table><tr><th>texts</th><th>groups</th></tr>{sizes}</table>
<h2>The largest groups</h2>
{largest_groups}
{skipped}
</html>
"""


def page(report: dict[str, Any]) -> str:
    """Return a report as a page for people."""
    most = max((count for _, count in report["similarities"]), default=1)
    similarities = "".join(
        f'<tr><td>from {least:.2f}</td><td>{count:,}</td><td><meter max="{most}" value="{count}"></meter></td></tr>'
        for least, count in report["similarities"]
    )
    sizes = "".join(f"<tr><td>{size:,}</td><td>{count:,}</td></tr>" for size, count in report["group_sizes"])
    groups = ""
    for group in report["largest"]:
        texts = "".join(f"<blockquote>{escape(text)}</blockquote>" for text in group["texts"])
        groups += f"<h3>{group['size']:,} texts</h3>{texts}"
    skipped = "".join(f"<li>{escape(message)}</li>" for message in report["skipped"][:100])
    return _PAGE.format(
        **report["counts"],
        measure=report["measure"].capitalize(),
        threshold=report["threshold"],
        similarities=similarities,
        sizes=sizes,
        largest_groups=groups,
        skipped=f"<h2>Not read: {len(report['skipped']):,}</h2><ul>{skipped}</ul>" if skipped else "",
    )
