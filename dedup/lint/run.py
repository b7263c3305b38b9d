"""From files to a report: discover, load, find, cut, classify, suppress, rank, report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dedup import kernels
from dedup.lint.config import Config
from dedup.lint.diagnose.judge import classified, judge
from dedup.lint.diagnose.table import TokenTable
from dedup.lint.findings import Failure, Report
from dedup.lint.rank import rank
from dedup.lint.report import nothing, report
from dedup.lint.rules import DETECTORS, Compared, Instance, published_passage, stale_copy
from dedup.lint.sources.discover import NOTHING, Selection
from dedup.lint.sources.load import load, load_earlier
from dedup.lint.suppress.allowlist import Allowed, Hashes
from dedup.lint.suppress.apply import Rules, unused, without_suppressed_instances
from dedup.lint.suppress.comments import without_directives, without_ignores
from dedup.lint.suppress.passages import without_suppressed
from dedup.lint.texts import Texts
from dedup.match.merge import Repeats, repeats_of
from dedup.progress import Progress, silent
from dedup.text.reading import Reading

if TYPE_CHECKING:
    from dedup.archive.archive import Archive
    from dedup.lint.published import Published
    from dedup.lint.sources.history import History
    from dedup.lint.sources.kept import Kept
    from dedup.lint.stale.copies import Stale

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
    untranslated: bool = False
    """Whether nothing is reported but what the trees of a group repeat in corresponding files."""
    statistics: bool = False
    """Whether the summary has totals by file and by pair of files."""
    archive: Archive | None = None
    """What was published: passages that are in it are reported."""
    kept: Kept | None = None
    """The readings of the corpus that are kept between runs; None: none are."""
    history: History = field(default_factory=dict)
    """The earlier versions of files that have changed: copies of what was edited in them are stale."""


@kernels.one_engine()
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
    sources, readings, unread = load(
        documents, config.blocks, settings.encoding, open_file, progress, settings.kept, len(selection.documents)
    )
    failures = [*selection.failures, *corpus.failures, *unread]
    focused = {document.path for document in selection.documents}
    before = load_earlier(list(sources), settings.history, config.blocks, settings.encoding)
    focus = sum(path in focused for path in sources)
    named = {document.path: document.markup for document in documents}
    markups = [named[path] for path in sources]
    texts = Texts(list(sources.values()), list(readings.values()), focus, before, markups)
    progress(COMPARING, 0, None)
    return diagnosed(texts, settings, failures)


@kernels.one_engine()
def diagnosed(texts: Texts, settings: Settings, failures: list[Failure]) -> Report:
    """Return the report of texts that are read already: everything after loading."""
    config = settings.config
    if not texts.focus:
        return nothing(len(texts.sources), failures, config, settings.statistics)
    texts = texts._replace(readings=[without_directives(reading) for reading in texts.readings])
    searched = [without_ignores(reading) for reading in texts.readings]
    repeats = found(searched, texts.focus, config, settings.within)
    table = TokenTable.of(searched)  # only now, because finding takes the most memory
    compared = Compared(texts.readings, texts.focus, settings.within, config.min_words)
    return judged_report(texts, table, repeats, compared, settings, failures)


def judged_report(
    texts: Texts, table: TokenTable, repeats: Repeats, compared: Compared, settings: Settings, failures: list[Failure]
) -> Report:
    """Return the report of texts whose repeats are found already: everything after finding.

    Parameters
    ----------
    texts
        The texts, without the words of comments that are meant for dedup.
    table
        Their tokens.
    repeats
        What `found` returns.
    compared
        What the rules look at that look at the texts themselves.
    settings, failures
        What is reported.
    """
    config = settings.config
    pages, repeats, classes = classified(table, repeats, texts, config.min_words, settings.within)
    judged = judge(table, repeats, classes, texts.readings, pages)
    instances = detected(compared, config)

    rules = Rules.of(texts, config, settings.untranslated)
    allowed = Allowed(settings.passages, texts.readings, config.min_words) if settings.passages else None
    judged, used = without_suppressed(texts, table, pages, judged, rules, config, allowed)
    instances, used_too = without_suppressed_instances(rules, instances, texts.focus)
    in_archive, used_by_published, weaker = _published(texts, settings)
    stale, used_by_copies = edited(texts, table, rules, allowed, settings)
    used |= used_too | used_by_copies | used_by_published
    # an edit is found only until it is in the commit that files are compared with
    unasked = (stale_copy.RULE.code, *(() if settings.archive is not None else (published_passage.RULE.code,)))
    comments = unused(rules, used, texts.focus, config, within=settings.within, whole=settings.whole, unasked=unasked)

    ranked = rank(texts, table, judged, instances, stale, config)
    ranked = ranked._replace(weaker=ranked.weaker + weaker)
    return report(texts, table, ranked, comments, failures, config, settings.statistics, in_archive)


def found(readings: Sequence[Reading], focus: int, config: Config, within: bool) -> Repeats:
    """Return the repeats that have a place in a text in focus; `within`: of each of these texts alone."""
    if not within:
        return repeats_of(readings, focus, config.min_words, config.min_similarity)
    several = []
    for document, reading in enumerate(readings[:focus]):
        repeats = repeats_of([reading], 1, config.min_words, config.min_similarity)
        several.append(repeats._replace(documents=repeats.documents + document))
    return several[0].with_more(*several[1:])


def detected(compared: Compared, config: Config) -> list[Instance]:
    """Return what the rules find that look at the texts themselves, and are reported."""
    return [instance for code, detect in DETECTORS.items() if config.reports(code) for instance in detect(compared)]


def _published(texts: Texts, settings: Settings) -> tuple[list[Published], set[tuple[int, int]], int]:
    """Return what `dedup.lint.published.published` does; nothing without an archive, or if it is not reported."""
    if settings.archive is None or not settings.config.reports(published_passage.RULE.code):
        return [], set(), 0
    from dedup.lint.published import published  # deferred: most runs have no archive

    return published(texts, settings.archive, settings.config, settings.passages)


def edited(
    texts: Texts, table: TokenTable, rules: Rules, allowed: Allowed | None, settings: Settings
) -> tuple[list[Stale], set[tuple[int, int]]]:
    """Return the passages that were edited while copies keep the old wording, if that is reported, without what is
    suppressed; and the comments that suppressed any."""
    if not texts.before or not settings.config.reports(stale_copy.RULE.code):
        return [], set()
    from dedup.lint.stale.copies import stale_copies  # deferred: most runs compare with no commit
    from dedup.lint.suppress.copies import without_suppressed_copies

    before = {
        document: [without_ignores(without_directives(reading)) for reading in versions]
        for document, versions in texts.before.items()
    }
    texts = texts._replace(before=before, readings=[without_ignores(reading) for reading in texts.readings])
    found = stale_copies(texts, table, settings.config.min_words, settings.within)
    return without_suppressed_copies(rules, texts, table, found, allowed)
