"""Tokens, written for clarity: one character at a time, in plain Python, from the rules alone."""

from dataclasses import dataclass, field

from xxhash import xxh64_intdigest

from dedup.kernels import alphabet
from dedup.text import fold

UNSPACED = (alphabet.IDEOGRAPH, alphabet.SYLLABIC, alphabet.SPLIT)


@dataclass
class Token:
    start: int
    end: int
    kind: int
    fold: str = ""

    @property
    def hash(self) -> int:
        return xxh64_intdigest(self.fold.encode())

    @property
    def weight(self) -> int:
        return {alphabet.LETTER: 4, alphabet.DIGIT: 4, alphabet.IDEOGRAPH: 2}.get(self.kind, 1)


@dataclass
class Character:
    place: int
    kind: int
    fold: str = field(default="")


def look_up(code: int) -> tuple[int, str]:
    """Class and fold of a code point or sentinel."""
    table = fold.load()
    record = int(table.records[code])
    kind = int(table.classes[record])
    if kind < alphabet.MARK:
        return kind, ""
    if record < alphabet.IDENTITIES:
        return kind, chr(code)
    start = int(table.offsets[record])
    return kind, "".join(chr(point) for point in table.points[start : start + int(table.counts[record])])


def tokens(codes: list[int]) -> list[Token]:
    """Tokens of code points and sentinels."""
    characters = [Character(place, *look_up(code)) for place, code in enumerate(codes)]
    characters = [it for it in characters if it.kind not in (alphabet.TRANSPARENT, alphabet.TAIL)]
    characters = [it for place, it in enumerate(characters) if not between_letters(characters, place)]

    found: list[Token] = []
    token: Token | None = None
    for character in characters:
        kind, text = character.kind, character.fold
        if kind < alphabet.MARK:
            token = None
        elif kind == alphabet.MARK:
            if token:
                token.fold += text
                token.end = character.place + 1
        elif token and kind not in UNSPACED and token.kind not in UNSPACED:
            token.fold += text
            token.end = character.place + 1
        else:
            if kind == alphabet.SPLIT:
                if token:
                    token.fold += text[0]
                text = text[1:]
            token = Token(character.place, character.place + 1, kind, text)
            found.append(token)
    for token in found:
        while token.end < len(codes) and codes[token.end] == alphabet.CONTINUE:
            token.end += 1
    return found


def between_letters(characters: list[Character], place: int) -> bool:
    """Whether an apostrophe stands there, a letter and its marks before it, a letter behind it."""
    if characters[place].kind != alphabet.APOSTROPHE or place + 1 == len(characters):
        return False
    before = place - 1
    while before >= 0 and characters[before].kind == alphabet.MARK:
        before -= 1
    return before >= 0 and characters[before].kind == characters[place + 1].kind == alphabet.LETTER
