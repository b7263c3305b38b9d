"""From files to a report: discover, load, find, cut, classify, suppress, rank, report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from dedup.lint.config import Config
from dedup.lint.diagnose.cut import addresses, cut, readable
from dedup.lint.diagnose.judge import completed, judge
from dedup.lint.diagnose.sections import sections
from dedup.lint.diagnose.table import TokenTable, placed
from dedup.lint.findings import Failure, Report
from dedup.lint.rank import apart, reported
from dedup.lint.report import Unused, nothing, report
from dedup.lint.rules import DETECTORS, PASSAGES, REPEATS, RULES, Severity
from dedup.lint.sources.discover import NOTHING, Selection
from dedup.lint.sources.load import load
from dedup.lint.suppress.allowlist import Allowed, Hashes
from dedup.lint.suppress.apply import Rules, unused, without_suppressed_instances
from dedup.lint.suppress.comments import without_ignores
from dedup.lint.suppress.passages import places_of, without_suppressed
from dedup.lint.texts import Texts
from dedup.match.merge import Repeats, repeats_of
from dedup.progress import Progress, silent

COMPARING = "comparing"


@dataclass(frozen=True, slots=True)
class Settings:
    """What counts as a repeat, what is allowed to be one, and how files are read."""

    config: Config = field(default_factory=Config)
    encoding: str | None = None
    within: bool = False
    """Whether every file is compared with itself only."""
    whole: bool = True
    """Whether everything was read that the files in focus may repeat: if not, an unused comment is only a note."""
    passages: tuple[Hashes, ...] = ()
    """Passages on the allow-list."""
    statistics: bool = False
    """Whether the summary has totals by file and by pair of files."""


def lint(
    selection: Selection,
    settings: Settings,
    open_file: Callable[[str], bytes],
    corpus: Selection = NOTHING,
    progress: Progress = silent,
) -> Report:
    """Return what is repeated in and among the selected files, and which files could not be read.

    Parameters
    ----------
    selection
        The files that findings are about.
    settings
        What is reported.
    open_file
        Returns the bytes of a path, or raises `OSError`.
    corpus
        More files that the selected ones are compared with, and none of them; a repeat in the corpus alone is not
        reported.
    progress
        Is called with "reading files" and "comparing".

    Returns
    -------
    Report
        Cost: n log n in the texts, linear in the places of what is repeated.
    """
    config = settings.config
    documents = (*selection.documents, *corpus.documents)
    sources, readings, unread = load(documents, config.blocks, settings.encoding, open_file, progress)
    failures = [*selection.failures, *corpus.failures, *unread]
    focused = {document.path for document in selection.documents}
    texts = Texts(list(sources.values()), list(readings.values()), sum(path in focused for path in sources))
    progress(COMPARING, 0, None)
    return diagnosed(texts, settings, failures)


def diagnosed(texts: Texts, settings: Settings, failures: list[Failure]) -> Report:
    """Return the report of texts that are read already: everything after loading."""
    config = settings.config
    if not texts.focus:
        return nothing(len(texts.sources), failures, config, settings.statistics)
    compared = texts._replace(readings=[without_ignores(reading) for reading in texts.readings])
    table = TokenTable.of(compared.readings)
    repeats = found(compared, table, config, settings.within)
    repeats = cut(table, repeats, config.min_words)
    repeats = repeats.with_more(sections(table, repeats))
    repeats = repeats.take(readable(table, repeats))
    judged = judge(table, completed(table, repeats, texts.focus, config.min_words, settings.within), config.min_words)
    instances = [
        instance
        for code, detect in DETECTORS.items()
        if config.reports(code)
        for instance in detect(texts.readings, settings.within)
    ]
    rules = Rules.of(texts, config)
    allowed = Allowed(settings.passages, texts.readings, config.min_words) if settings.passages else None
    judged, used = without_suppressed(texts, table, judged, rules, config, allowed)
    instances = without_suppressed_instances(rules, instances, texts.focus, used)

    selected = np.array([config.reports(code) for code in PASSAGES])[judged.rules - 1]
    wanted = selected & (judged.confidence >= config.min_confidence)
    rows = np.flatnonzero(wanted & (judged.rules != 1))
    wanted[rows[addresses(table, judged.repeats, texts.readings, rows, config.min_words)]] = False
    shown = np.flatnonzero(reported(judged.repeats, judged.rules, wanted))
    weaker = int((reported(judged.repeats, judged.rules, selected) & ~wanted).sum())
    instances = apart(instances, places_of(texts, judged.repeats), shown)
    confident = [found for found in instances if (RULES[found.rule].confidence or 1.0) >= config.min_confidence]
    weaker += len(instances) - len(confident)
    comments = list(_unused(texts, rules, used, settings))
    shown_repeats = judged.take(shown)
    return report(texts, table, shown_repeats, confident, comments, failures, config, weaker, settings.statistics)


def found(texts: Texts, table: TokenTable, config: Config, within: bool) -> Repeats:
    """Return the repeats that have a place in a text in focus; `within`: of each of these texts alone."""
    if not within:
        repeats = repeats_of(texts.readings, texts.focus, config.min_words, config.min_similarity)
        return placed(repeats, table.documents)
    whole = None
    for document, reading in enumerate(texts.readings[: texts.focus]):
        repeats = repeats_of([reading], 1, config.min_words, config.min_similarity)
        repeats = placed(repeats._replace(documents=repeats.documents + document), table.documents)
        whole = repeats if whole is None else whole.with_more(repeats)
    assert whole is not None
    return whole


def _unused(texts: Texts, rules: Rules, used: set[tuple[int, int]], settings: Settings) -> Iterator[Unused]:
    """Yield the comments of texts in focus that suppressed nothing, if what they speak of is reported at all."""
    config = settings.config
    for document in range(texts.focus):
        if not config.reports("DUP100") or rules.ignores(document, "DUP100"):
            continue
        for comment in unused(rules, document, used):
            severity = config.severity_of("DUP100")
            if not comment.fault:
                speaks = any(config.reports(rule) and rule.startswith(comment.codes) for rule in REPEATS)
                if settings.within or not speaks:
                    continue
                if not settings.whole and "DUP100" not in config.severity:
                    severity = Severity.NOTE
            yield Unused(document, comment, severity)
