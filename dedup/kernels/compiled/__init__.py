"""The kernels in Numba: plain loops, compiled at the first call and cached beside the source."""

from dedup.kernels.compiled import align, links, places, postings, stars, text

__all__ = ["align", "links", "places", "postings", "stars", "text"]
