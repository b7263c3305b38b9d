"""The tables of an archive, the same in SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table, Text

from dedup.archive.seeds import PARAMETERS as SEED_PARAMETERS

FORMAT: Final = 1
"""Version of everything below, and of what the bytes in it mean."""

PARAMETERS: Final = {"format": f"{FORMAT}", **SEED_PARAMETERS}
"""What an archive says about itself. One that says anything else is refused."""


def _numbered(name: str) -> Column[int]:
    # An INTEGER PRIMARY KEY of SQLite is the number of the row itself, and needs no index.
    return Column(name, BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False)


METADATA: Final = MetaData()

parameters = Table(
    "dedup_parameters",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

documents = Table(
    "dedup_documents",
    METADATA,
    _numbered("number"),
    Column("key", Text, nullable=False, unique=True),
    Column("markup", Text, nullable=False),
    Column("published", BigInteger),  # microseconds since 1970, UTC
    Column("title", Text),
    Column("url", Text),
    Column("length", BigInteger, nullable=False),  # of the text, in code points
    Column("text", LargeBinary, nullable=False),  # UTF-8, as zlib writes it
)

# When each document was published, for those numbers that share all but their last 12 bits: which of 50,000 documents
# remain, and in which order, is read in milliseconds.
dates = Table(
    "dedup_dates",
    METADATA,
    _numbered("block"),
    Column("data", LargeBinary, nullable=False),
)

segments = Table(
    "dedup_segments",
    METADATA,
    _numbered("number"),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("postings", BigInteger, nullable=False),
    Column("bits", BigInteger, nullable=False),
    Column("width", BigInteger, nullable=False),
)

buckets = Table(
    "dedup_buckets",
    METADATA,
    _numbered("row"),
    Column("data", LargeBinary, nullable=False),
)
