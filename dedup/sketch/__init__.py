"""Shingle sets of a collection, MinHash signatures of them, and an index that grows."""
