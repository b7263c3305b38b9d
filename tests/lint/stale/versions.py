"""Texts that were edited: linted without files and without git."""

from dataclasses import replace

from dedup.lint.config import Config
from dedup.lint.findings import Report
from dedup.lint.run import Settings, diagnosed
from dedup.text.reading import read
from tests.lint.linting import texts_of


def report_on(before, now, focus=None, config=None, markup="markdown", merged=(), **settings) -> Report:
    """Return the report on texts by path that stood otherwise before; paths that are in `now` alone are new.

    merged : further versions, by path, that are merged with those before
    """
    config = replace(config or Config(), min_confidence=0.0)
    texts = texts_of(now, focus, config, markup)
    versions = {}
    for number, source in enumerate(texts.sources):
        if before.get(source.path) != source.text:
            earlier = [tree[source.path] for tree in (before, *merged) if source.path in tree]
            versions[number] = [read(text, markup, config.blocks) for text in earlier]
    texts = texts._replace(before=versions, markups=[markup] * len(texts.sources))
    return diagnosed(texts, Settings(config, **settings), [])


def stale(*arguments, **options) -> list[tuple[str, list[str]]]:
    """Return the message of every stale copy that is found, and its places as ``path:line``."""
    return [
        (finding.message, [f"{place.path}:{place.line}" for place in finding.places])
        for finding in report_on(*arguments, **options).findings
        if finding.rule == "DUP006"
    ]
