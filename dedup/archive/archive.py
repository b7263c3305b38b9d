"""Documents on disk, and the passages that a draft shares with them: what `dedup.Archive` is."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from types import TracebackType
from typing import Any, Final, NamedTuple

import numpy as np

# Before all imports below, which need it too.
try:
    from sqlalchemy import delete, func, insert, select, update
    from sqlalchemy.engine import Connection
except ModuleNotFoundError as error:
    if not (error.name or "").startswith("sqlalchemy"):
        raise
    raise ModuleNotFoundError(
        "an archive needs SQLAlchemy; install it with: pip install 'passage-dedup[archive]'", name=error.name
    ) from None

from dedup import arguments
from dedup.archive import dates, index, schema
from dedup.archive.check import faults
from dedup.archive.database import Database
from dedup.archive.dates import GONE, UNDATED
from dedup.archive.document import Document, checked, checked_key
from dedup.archive.errors import ArchiveError
from dedup.archive.moments import Moment, microseconds, moment_of
from dedup.archive.rows import details, following, from_row, numbers_of, query, row
from dedup.archive.search import Found, counted, search
from dedup.archive.seeds import postings
from dedup.match.passages import Repeat, repeats_in
from dedup.progress import Progress, reporting
from dedup.text.reading import Reading, read

ADDING: Final = "adding documents"

_CHARACTERS: Final = 8_000_000
_DOCUMENTS: Final = 20_000
"""So much is added in one transaction by `Archive.add_many`, which bounds its memory to some hundreds of megabytes."""
_PARTS: Final = 50
"""So many transactions of `Archive.add_many` share a merge: with more segments, whoever reads meanwhile would wait."""
_REMOVED: Final = "removed"
_WORTH: Final = 1000
"""From so many removed documents on, if they are a quarter of all, everything is merged."""


class Added(NamedTuple):
    """How many documents were new, how many replaced another under their key, and how many were there already."""

    added: int
    replaced: int
    unchanged: int

    def plus(self, other: Added) -> Added:
        """Return the sums."""
        return Added(*(mine + more for mine, more in zip(self, other, strict=True)))


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
                        schema.METADATA.create_all(connection)
                        rows = [{"name": name, "value": value} for name, value in schema.PARAMETERS.items()]
                        connection.execute(insert(schema.parameters), [*rows, {"name": _REMOVED, "value": "0"}])
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
                total = total.plus(self._add(part, merging=number % _PARTS == 0))
                tell(ADDING, sum(total), None)
            with self._database.writing() as connection:
                self._merge(connection)
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
        return counted(repeats, 0, draft, found.left, min_words)

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
            self._drop(connection, [number])
            self._merge(connection)

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
        table = schema.documents
        last = -1
        columns = [table.c[name] for name in ("number", "key", "markup", "published", "title", "url")]
        asked = query() if texts else select(*columns)
        while True:
            with self._database.reading() as connection:
                rows = following(connection, asked, last, self._where)
            if not rows:
                return
            last = rows[-1][0]
            for values in rows:
                if texts:
                    yield from_row(values, self._where)
                else:
                    _, key, markup, published, title, url = values
                    yield Document(key, "", markup, moment_of(published, self._where), title, url)

    def info(self) -> Info:
        """Return what the archive is, and how much it holds. Takes a moment in a large one: documents are counted."""
        table = schema.documents
        totals = select(
            func.count(), func.sum(table.c.length), func.min(table.c.published), func.max(table.c.published)
        ).select_from(table)
        with self._database.reading() as connection:
            number, characters, first, latest = connection.execute(totals).one()
            known = index.segments(connection, self._where)
            stored = self._parameters(connection)
            stored.pop(_REMOVED, None)
            size = self._database.size(connection, [each.name for each in schema.METADATA.sorted_tables])
        return Info(
            self._where,
            int(number),
            int(characters or 0),
            size,
            sum(segment.postings for segment in known),
            len(known),
            moment_of(first, self._where),
            moment_of(latest, self._where),
            stored,
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
            stored = self._parameters(connection)
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

    def _parameters(self, connection: Connection) -> dict[str, str]:
        rows = connection.execute(select(schema.parameters.c.name, schema.parameters.c.value))
        return {name: value for name, value in rows}  # noqa: C416

    def _add(self, documents: Sequence[Document], *, merging: bool = True) -> Added:
        """Add documents in one transaction; of several with one key, the last."""
        documents = list({document.key: document for document in documents}.values())
        found = postings([(document.text, document.markup) for document in documents])
        with self._database.writing() as connection:
            known = numbers_of(connection, [document.key for document in documents])
            stored = self._stored(connection, [document for document in documents if document.key in known])
            fresh: list[int] = []
            renamed: list[Document] = []
            for place, document in enumerate(documents):
                before = stored.get(document.key)
                if before is None or (before.text, before.markup) != (document.text, document.markup):
                    fresh.append(place)
                elif details(before) != details(document):
                    renamed.append(document)
            for document in renamed:
                table = schema.documents
                connection.execute(update(table).where(table.c.key == document.key).values(**details(document)))
            changed = {known[document.key]: _published(document) for document in renamed}
            dates.write(connection, changed, self._where)
            replaced = [known[documents[place].key] for place in fresh if documents[place].key in known]
            self._drop(connection, replaced)
            if fresh:
                first = self._next(connection)
                numbers = np.full(len(documents), -1, np.int64)
                numbers[fresh] = np.arange(first, first + len(fresh))
                rows = (row(first + at, documents[place]) for at, place in enumerate(fresh))
                for part in index.batches(rows, index.ASKED):
                    connection.execute(insert(schema.documents), part)
                published = (_published(documents[place]) for place in fresh)
                dates.write(connection, dict(zip(count(first), published, strict=False)), self._where)
                owners = numbers[(found & np.uint64(0xFFFFFFFF)).astype(np.int64)]
                kept = owners >= 0
                # the order is the same: later documents of the list have larger numbers
                own = (found[kept] >> np.uint64(32) << np.uint64(32)) | owners[kept].astype(np.uint64)
                index.add(connection, own, first, first + len(fresh) - 1, self._where)
            if merging:
                self._merge(connection)
        new = len(fresh) - len(replaced)
        return Added(new, len(replaced) + len(renamed), len(documents) - len(fresh) - len(renamed))

    def _stored(self, connection: Connection, documents: Sequence[Document]) -> dict[str, Document]:
        """Return what is stored under the keys of some documents."""
        table = schema.documents
        found: dict[str, Document] = {}
        keys = [document.key for document in documents]
        for low in range(0, len(keys), index.ASKED):
            for values in connection.execute(query().where(table.c.key.in_(keys[low : low + index.ASKED]))):
                document = from_row(values, self._where)
                found[document.key] = document
        return found

    def _next(self, connection: Connection) -> int:
        """Return the number of the next document: one that none has, and none had that is in the index."""
        highest = [select(func.max(schema.documents.c.number)), select(func.max(schema.segments.c.last))]
        found = [connection.execute(each).scalar_one() or 0 for each in highest]
        if not all(isinstance(each, int) and 0 <= each < max(1, dates.size(connection)) for each in found):
            raise ArchiveError(f"{self._where} is damaged: the highest numbers of documents are {found}")
        return 1 + max(found)

    def _drop(self, connection: Connection, numbers: Sequence[int]) -> None:
        """Delete documents; their postings stay until they are merged."""
        if not numbers:
            return
        table = schema.documents
        for low in range(0, len(numbers), index.ASKED):
            connection.execute(delete(table).where(table.c.number.in_(numbers[low : low + index.ASKED])))
        dates.write(connection, dict.fromkeys(numbers, GONE), self._where)
        self._set_removed(connection, self._removed(connection) + len(numbers))

    def _removed(self, connection: Connection) -> int:
        """Return how many documents were removed since everything was merged."""
        stored = self._parameters(connection).get(_REMOVED)
        if not isinstance(stored, str) or not stored.isdecimal():
            raise ArchiveError(f"{self._where} is damaged: its number of removed documents is {stored!r}")
        return int(stored)

    def _set_removed(self, connection: Connection, number: int) -> None:
        table = schema.parameters
        connection.execute(update(table).where(table.c.name == _REMOVED).values(value=f"{number}"))

    def _merge(self, connection: Connection) -> None:
        removed = self._removed(connection)
        everything = removed >= _WORTH and 4 * removed >= self._next(connection)
        index.merge(
            connection,
            lambda first, last: dates.remaining(connection, first, last, self._where),
            self._where,
            everything=everything,
        )
        if everything:
            self._set_removed(connection, 0)


def _published(document: Document) -> int:
    published = microseconds("published", document.published)
    return UNDATED if published is None else published


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
