"""Documents on disk, and the passages that a draft shares with them: what `dedup.Archive` is."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Final

# Before all imports below, which need it too.
try:
    from sqlalchemy import func, select
except ModuleNotFoundError as error:
    if not (error.name or "").startswith("sqlalchemy"):
        raise
    raise ModuleNotFoundError(
        "an archive needs SQLAlchemy; install it with: pip install 'passage-dedup[archive]'", name=error.name
    ) from None

from dedup import arguments
from dedup.archive import index, schema, writing
from dedup.archive.check import faults
from dedup.archive.database import Database
from dedup.archive.document import Document, checked, checked_key
from dedup.archive.errors import ArchiveError
from dedup.archive.moments import Moment, microseconds, moment_of
from dedup.archive.rows import following, from_row, numbers_of, query
from dedup.archive.search import Found, counted, search
from dedup.archive.seeds import postings
from dedup.archive.writing import Added
from dedup.match.passages import Repeat, repeats_in
from dedup.progress import Progress, reporting
from dedup.text.reading import Reading, read

ADDING: Final = "adding documents"

_CHARACTERS: Final = 8_000_000
_DOCUMENTS: Final = 20_000
"""So much is added in one transaction by `Archive.add_many`, which bounds its memory to some hundreds of megabytes."""
_PARTS: Final = 50
"""So many transactions of `Archive.add_many` share a merge: with more segments, whoever reads meanwhile would wait."""


@dataclass(frozen=True, slots=True)
class Info:
    """What an archive is, and what it holds."""

    address: str
    """Path or address, without a password."""
    documents: int
    characters: int
    """Code points of all texts."""
    bytes: int
    """Size in the database."""
    postings: int
    segments: int
    first: datetime | None
    """When the earliest dated document was published."""
    latest: datetime | None
    """When the latest dated document was published."""
    parameters: dict[str, str]
    """Version, and everything else that decides what is in the index."""


class Archive:
    """Documents on disk with an index of their passages: finds what was published before.

    An archive is a file (SQLite) or a database on a server (PostgreSQL). Many processes may read it while one writes;
    several writers wait for each other. Each call of a method is one transaction.

    Parameters
    ----------
    address
        Path of the file; ``":memory:"``; or an address such as ``postgresql://user@host/database``.
    create
        Whether to make an archive where there is none.

    Raises
    ------
    ArchiveError
        There is no archive, or it cannot be opened, or another version of dedup made it. Every method raises it if the
        database fails.
    ModuleNotFoundError
        SQLAlchemy is not installed (the extra ``archive``), or the driver of PostgreSQL (the extra ``postgres``).

    Notes
    -----
    The file takes 0.8 to 1.4 times as many bytes as the texts. Texts are compressed; every seed of four words is in the
    index, in sorted segments that are merged as it grows.

    Examples
    --------
    >>> with Archive(":memory:") as archive:
    ...     archive.add("2020/bridge", "The mayor opened the old bridge to traffic today.")
    ...     repeat, = archive.find("Later the mayor opened the old bridge to traffic again.")
    True
    >>> repeat.words, [(place.document, place.text) for place in repeat.places][1]
    (8, ('2020/bridge', 'The mayor opened the old bridge to traffic'))
    """

    def __init__(self, address: str | os.PathLike[str], *, create: bool = True) -> None:
        """Open an archive."""
        self._database = Database(address, create=create)
        self._where = self._database.shown
        try:
            if not self._opened(create):
                with self._database.writing() as connection:
                    if schema.parameters.name not in self._database.tables(connection):
                        writing.create(connection)
                self._opened(create=False)
        except BaseException:
            self._database.close()
            raise

    def add(
        self,
        key: str,
        text: str,
        *,
        markup: str = "plain",
        published: Moment | None = None,
        title: str | None = None,
        url: str | None = None,
    ) -> bool:
        """Add a document, or replace the one under its key.

        Parameters
        ----------
        key
            Its name, at most 2,000 bytes as UTF-8.
        text
            Any str.
        markup
            ``"plain"``, ``"markdown"``, ``"mdx"``, ``"html"`` or ``"rst"``.
        published
            A date or a datetime; a time without a zone is in UTC.
        title, url
            For whoever reads what is found.

        Returns
        -------
        bool
            Whether anything changed: not if the same document is there already.

        Raises
        ------
        TypeError, ValueError
            An argument has the wrong type, or cannot be stored.
        """
        return self._add([checked(Document(key, text, markup, published, title, url))]).unchanged == 0

    def add_many(
        self,
        documents: Iterable[Document | tuple[str, str]],
        *,
        markup: str = "plain",
        progress: Progress | bool | None = None,
    ) -> Added:
        """Add many documents.

        Parameters
        ----------
        documents
            Documents, or pairs of a key and a text. They are taken as they are needed; memory does not grow with
            their number.
        markup
            The markup of pairs.
        progress
            Called as ``progress("adding documents", done, None)`` after each transaction, which adds some thousands of
            documents: what it was called for is stored. True draws a bar.

        Returns
        -------
        Added
            How many were added, replaced and unchanged. Of documents with the same key, the last stays.
        """
        total = Added(0, 0, 0)
        with reporting(progress) as tell:
            tell(ADDING, 0, None)
            for number, part in enumerate(_parts(documents, markup), 1):
                done = self._add(part, merging=number % _PARTS == 0)
                total = Added(*map(sum, zip(total, done, strict=True)))
                tell(ADDING, sum(total), None)
            with self._database.writing() as connection:
                writing.merge(connection, self._where)
        return total

    def find(
        self,
        text: str,
        *,
        markup: str = "plain",
        min_words: int = 8,
        min_similarity: float = 0.6,
        before: Moment | None = None,
        key: str | None = None,
    ) -> list[Repeat]:
        """Find the passages of a draft that are repeated in it or stand in the archive.

        The result is that of ``find_repeats(text, against=...)`` with all documents of the archive: the same exact
        repeats, and the same near ones but for a few in very common words.

        Parameters
        ----------
        text
            The draft.
        markup, min_words, min_similarity
            As for `find_repeats`. `markup` is that of the draft; documents are read in their own.
        before
            Only documents that were published before this date or time; not those without a date.
        key
            The key of the draft: it is not compared with the document under this key, its own earlier version.

        Returns
        -------
        list of Repeat
            The document of a place is 0 for the draft, else the key in the archive. A passage that is in more than 100
            documents has places in some of them, among these the first and the latest published; `Repeat.omitted`
            counts the others. What is counted is a document that has every four words of the passage that follow each
            other, in whatever order: in generated text, such as tables of parameters, there may be more of these than
            documents with the passage.

        Raises
        ------
        TypeError, ValueError
            An argument has the wrong type or is out of range.
        """
        min_words = arguments.integer("min_words", min_words, 4, arguments.MOST_WORDS)
        min_similarity = arguments.similarity("min_similarity", min_similarity)
        draft = read(text, markup)
        found = self.candidates(draft, min_words=min_words, before=before, key=key)
        readings: dict[Any, Reading] = {0: draft}
        readings.update(
            (document.key, reading) for document, reading in zip(found.documents, found.readings, strict=True)
        )
        repeats = repeats_in(readings, focus=[0], min_words=min_words, min_similarity=min_similarity)
        return counted(repeats, draft, found.left, min_words)

    def candidates(
        self, draft: Reading, *, min_words: int = 8, before: Moment | None = None, key: str | None = None
    ) -> Found:
        """Return the documents that a draft, already read, may share a passage with."""
        limit = microseconds("before", before)
        with self._database.reading() as connection:
            own = None if key is None else numbers_of(connection, [key]).get(key)
            return search(connection, draft, self._where, min_words=min_words, before=limit, own=own)

    def remove(self, key: str) -> None:
        """Remove the document with this key.

        Raises
        ------
        KeyError
            There is none.
        """
        with self._database.writing() as connection:
            number = numbers_of(connection, [checked_key(key)]).get(key)
            if number is None:
                raise KeyError(key)
            writing.drop(connection, [number], self._where)
            writing.merge(connection, self._where)

    def get(self, key: str) -> Document | None:
        """Return the document with this key; None if there is none.

        Raises
        ------
        TypeError, ValueError
            `key` is no str, or cannot be a key.
        """
        with self._database.reading() as connection:
            values = connection.execute(query().where(schema.documents.c.key == checked_key(key))).one_or_none()
            return None if values is None else from_row(values, self._where)

    def __contains__(self, key: object) -> bool:
        """Return whether there is a document with this key."""
        if not isinstance(key, str):
            return False
        with suppress(ValueError), self._database.reading() as connection:
            return bool(numbers_of(connection, [checked_key(key)]))
        return False

    def __len__(self) -> int:
        """Return the number of documents."""
        with self._database.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(schema.documents)).scalar_one())

    def __iter__(self) -> Iterator[str]:
        """Yield the keys, in the order in which the documents were added or replaced."""
        return (document.key for document in self.documents(texts=False))

    def documents(self, *, texts: bool = True) -> Iterator[Document]:
        """Yield the documents, in the order in which they were added or replaced.

        Parameters
        ----------
        texts
            Whether to read their texts. Without them, each document has an empty one.

        Notes
        -----
        A thousand documents are read at a time. What another process writes meanwhile may or may not be among them.
        """
        last = -1
        while True:
            with self._database.reading() as connection:
                rows = following(connection, query(texts=texts), last, self._where)
            if not rows:
                return
            last = rows[-1][0]
            yield from (from_row(values, self._where) for values in rows)

    def info(self) -> Info:
        """Return what the archive is, and how much it holds. Takes a moment in a large one: documents are counted."""
        table = schema.documents
        totals = select(
            func.count(), func.sum(table.c.length), func.min(table.c.published), func.max(table.c.published)
        ).select_from(table)
        with self._database.reading() as connection:
            number, characters, first, latest = connection.execute(totals).one()
            segments = index.segments(connection, self._where)
            size = self._database.size(connection, [each.name for each in schema.METADATA.sorted_tables])
        return Info(
            self._where,
            int(number),
            int(characters or 0),
            size,
            sum(segment.postings for segment in segments),
            len(segments),
            moment_of(first, self._where),
            moment_of(latest, self._where),
            dict(schema.PARAMETERS),
        )

    def check(self, *, progress: Progress | bool | None = None) -> list[str]:
        """Return a sentence for each kind of damage in the archive; nothing if there is none.

        Parameters
        ----------
        progress
            As `add_many` takes it.

        Notes
        -----
        Every text is read, and its passages are compared with those in the index. This takes as long as adding all
        documents.
        """
        with self._database.reading() as connection, reporting(progress) as tell:
            return [*self._database.faults(connection), *faults(connection, self._where, tell)]

    def close(self) -> None:
        """Close the connection to the database."""
        self._database.close()

    def __enter__(self) -> Archive:
        """Return the archive."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the archive."""
        self.close()

    def __repr__(self) -> str:
        """Return the archive's address, without a password."""
        return f"Archive({self._where!r})"

    def _opened(self, create: bool) -> bool:
        """Return whether the database has an archive that this version of dedup made.

        Raises
        ------
        ArchiveError
            It has another one, or none and is not to get one, or is a file of something else.
        """
        with self._database.reading() as connection:
            names = self._database.tables(connection)
            if schema.parameters.name not in names:
                if self._database.is_sqlite and names:
                    raise ArchiveError(f"{self._where} is not an archive, but a database of something else")
                if not create:
                    raise ArchiveError(f"{self._where} is not an archive; `dedup archive add` makes one")
                return False
            table = schema.parameters
            stored = {row.name: row.value for row in connection.execute(select(table))}
        for name, value in schema.PARAMETERS.items():
            if stored.get(name) != value:
                advice = "use the version of dedup that made it, or " if name == "format" else ""
                raise ArchiveError(
                    f"{self._where} was made with {name} {stored.get(name)!r}; this version of dedup has {value!r}: "
                    f"{advice}make it again from its documents"
                )
        missing = {table.name for table in schema.METADATA.sorted_tables} - set(names)
        if missing:
            raise ArchiveError(f"{self._where} is damaged: it has no table {min(missing)}")
        return True

    def _add(self, documents: Iterable[Document], *, merging: bool = True) -> Added:
        """Add documents in one transaction; of several with one key, the last."""
        different = list({document.key: document for document in documents}.values())
        found = postings([(document.text, document.markup) for document in different])
        with self._database.writing() as connection:
            done = writing.add(connection, different, found, self._where)
            if merging:
                writing.merge(connection, self._where)
        return done


def _parts(documents: Iterable[Document | tuple[str, str]], markup: str) -> Iterator[list[Document]]:
    """Yield documents in lists of a bounded size."""
    part: list[Document] = []
    size = 0
    for each in documents:
        document = checked(each if isinstance(each, Document) else Document(*each, markup=markup))
        part.append(document)
        size += len(document.text)
        if size >= _CHARACTERS or len(part) >= _DOCUMENTS:
            yield part
            part, size = [], 0
    if part:
        yield part
