"""What is repeated in texts: passages (`find_repeats`), or whole texts (`find_duplicates`).

Passages: `stream` is all tokens in a row, `sequences` tells where any run of them occurs, `scope` leaves out what
cannot match. `exact` finds equal runs; `chains`, `ends` and `near` find runs that differ in words, and `copies` their
copies. `merge` makes one table of both, and `passages` objects. `occurrences` looks up a few runs.

Texts: `distinct` reads them and sets copies aside, `candidates` proposes pairs. `kept` decides which texts to keep
without a list of pairs, and `listing` makes a list, and decides by it; both use `linkage`. `result` is what
`duplicates` returns, and `table` the same for Arrow.
"""
