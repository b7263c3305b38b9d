"""A process that adds to an archive: ``python -m tests.archive.writers ADDRESS NAME COUNT``."""

import sys

from dedup import Archive

SENTENCE = "the quick brown fox jumps over the lazy dog near the river bank"


def main(address: str, name: str, count: int) -> None:
    """Add documents in several transactions, and print the key of each when it is stored."""
    with Archive(address) as archive:
        for number in range(count):
            key = f"{name}-{number}"
            if number % 3:
                archive.add(key, f"{key} wrote this: {SENTENCE}")
            else:
                archive.add_many([(key, f"{key} wrote this: {SENTENCE}"), (f"{name}-latest", f"{key} is the latest")])
            print(key, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
