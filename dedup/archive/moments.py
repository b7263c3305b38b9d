"""Dates and times as numbers: microseconds since 1970, in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

from dedup.archive.errors import ArchiveError

Moment = date | datetime

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(name: str, moment: Moment | None) -> int | None:
    """Return the time of a moment since 1970, in UTC; None for None.

    A date is its first moment, and a time without a zone is in UTC.

    Raises
    ------
    TypeError
        `moment` is neither a date nor a datetime; the message calls it `name`.
    """
    if moment is None:
        return None
    if isinstance(moment, datetime):
        aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    elif isinstance(moment, date):
        aware = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    else:
        raise TypeError(f"{name}={moment!r} is {type(moment).__name__}; allowed are a date, a datetime and None")
    return (aware - _EPOCH) // timedelta(microseconds=1)


def moment_of(stored: int | None, where: str) -> datetime | None:
    """Return the moment of so many microseconds since 1970, in UTC."""
    if stored is None:
        return None
    try:
        return _EPOCH + timedelta(microseconds=stored)
    except (TypeError, OverflowError):
        raise ArchiveError(f"{where} is damaged: {stored!r} is no time") from None
