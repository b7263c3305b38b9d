"""DUP900: a file could not be read."""

from typing import Final

from dedup.lint.rules.rule import Rule, Severity

RULE: Final = Rule(
    code="DUP900",
    name="unreadable-file",
    severity=Severity.ERROR,
    summary="A file could not be read.",
    why="A file that is not read is not checked.",
    remedy="Make the file readable, save it as UTF-8, name its encoding with --encoding, or leave it out.",
    example="notes.md: is not UTF-8: byte 0xe9 at offset 5 (line 1)\n",
)
