"""What the elements of HTML do to text, as browsers show them: in pages, and in the HTML inside Markdown."""

from __future__ import annotations

import re
from typing import Final

from dedup.text.marks import Block

HEADINGS: Final = (b"h1", b"h2", b"h3", b"h4", b"h5", b"h6")
CELLS: Final = (b"td", b"th")
LISTS: Final = (b"dir", b"dl", b"menu", b"ol", b"table", b"ul")

BLOCKS: Final = frozenset(
    b"address article aside blockquote caption center dd details dialog dir div dl dt fieldset figcaption figure "
    b"footer form h1 h2 h3 h4 h5 h6 header hgroup legend li listing main menu nav ol p pre search section summary "
    b"table tbody td tfoot th thead tr ul".split()
)
"""Elements that begin and end blocks."""

RULES: Final = frozenset(b"body col colgroup frame frameset head hr html optgroup option".split())
"""Elements that end a block but have no inside: nothing else has to be known about them."""

SEPARATORS: Final = frozenset(
    b"audio br button canvas embed iframe img input keygen meter object picture progress rp rt select source svg "
    b"video".split()
)
"""Elements inside a line that stand between words all the same. Any other element is transparent."""

RAISED: Final = frozenset((b"sub", b"sup"))
"""Elements that raise or lower what is in them: `Pieces.raised`."""

KINDS: Final = {
    **dict.fromkeys(HEADINGS, int(Block.HEADING)),
    **dict.fromkeys((b"li", b"dd"), int(Block.LIST)),
    **dict.fromkeys(CELLS, int(Block.CELL)),
    **dict.fromkeys((b"pre", b"listing"), int(Block.CODE)),
    b"blockquote": int(Block.QUOTE),
}
"""What an element makes of its text. Others leave it as it is."""

SEPARATING: Final = SEPARATORS | BLOCKS | RULES
"""Elements whose tags stand between words when they are in a paragraph, as ``<br>`` does."""

_TAG_NAME = re.compile(r"</?([A-Za-z][^\s/>]*)")


def element_of(tag: str) -> bytes:
    """Return the name of the element of a tag, in lower case; nothing for a comment or an instruction."""
    found = _TAG_NAME.match(tag)
    return b"" if found is None else found[1].lower().encode()
