"""Texts linted without files: what a test writes down is what is read."""

from dataclasses import replace

from dedup.lint.config import Config
from dedup.lint.findings import Finding, Report, Source
from dedup.lint.run import Settings, diagnosed
from dedup.lint.texts import Texts
from dedup.text.reading import read


def texts_of(texts, focus=None, config=None, markup="markdown") -> Texts:
    """Return texts by path as they are read, those in focus first."""
    ordered = sorted(texts, key=lambda path: focus is not None and path not in focus)
    readings = [read(texts[path], markup, (config or Config()).blocks) for path in ordered]
    sources = [Source(path, texts[path]) for path in ordered]
    return Texts(sources, readings, len(texts if focus is None else focus))


def report_on(texts, focus=None, config=None, allowed=(), markup="markdown", **settings) -> Report:
    """Return the report on texts by path; whatever the confidence is, unless `config` asks for more."""
    config = config or Config(min_confidence=0.0)
    passages = tuple(read(text).tokens.hashes for text in allowed)
    given = texts_of(texts, focus, config, markup)
    return diagnosed(given, Settings(config, passages=passages, **settings), [])


def linted(texts, focus=None, config=None, **options) -> tuple[Finding, ...]:
    """Return all findings in texts by path, the least likely too."""
    return report_on(texts, focus, replace(config or Config(), min_confidence=0.0), **options).findings


def rules_of(*arguments, **options) -> list[tuple[str, list[str]]]:
    """Return the rule and the paths of every finding."""
    return [(one.rule, [place.path for place in one.places]) for one in linted(*arguments, **options)]
