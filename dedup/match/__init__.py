"""From tokens to what is repeated: runs of equal keys, exact and near repeats."""
