"""datatrove's MinHash pipeline on this machine: its four steps, from Parquet files to Parquet files of what is kept.

Run as a file, by a Python that has datatrove, which need not have this library:
``python benchmarks/trove.py FOLDER OUTPUT BANDS ROWS WORKERS [spaces]``.
"""

import sys
from pathlib import Path

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupFilter, MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import MinhashConfig
from datatrove.pipeline.readers import ParquetReader
from datatrove.pipeline.writers import ParquetWriter
from datatrove.utils.text import TextNormConfig


class Spaces:
    """In place of its word tokenizer: what is between spaces."""

    def word_tokenize(self, text: str) -> list[str]:
        return text.split()


def main(folder: str, output: str, bands: int, rows: int, workers: int, spaces: bool) -> None:
    # texts are lower-case words already; its normalization would only cost time
    plain = TextNormConfig(**dict.fromkeys(TextNormConfig.__dataclass_fields__, False))
    config = MinhashConfig(n_grams=3, num_buckets=bands, hashes_per_bucket=rows, norm_config=plain)
    signatures = MinhashDedupSignature(f"{output}/signatures", config)
    if spaces:
        signatures.word_tokenizer = Spaces()
    read = ParquetReader(folder)
    files = len(list(Path(folder).glob("*.parquet")))
    steps = (
        (files, [read, signatures]),
        (bands, [MinhashDedupBuckets(f"{output}/signatures", f"{output}/buckets", config=config, lines_to_buffer=-1)]),
        (1, [MinhashDedupCluster(f"{output}/buckets", f"{output}/remove", config=config, lines_to_buffer=-1)]),
        (files, [read, MinhashDedupFilter(f"{output}/remove"), ParquetWriter(f"{output}/kept")]),
    )
    for number, (tasks, pipeline) in enumerate(steps):
        # start_method: the processes of a fork server are not waited for, so that nobody could tell what they cost
        LocalPipelineExecutor(
            pipeline,
            tasks=tasks,
            workers=min(tasks, workers),
            logging_dir=f"{output}/logs/{number}",
            start_method="fork",
        ).run()


if __name__ == "__main__":
    bands, rows, workers = map(int, sys.argv[3:6])
    main(sys.argv[1], sys.argv[2], bands, rows, workers, "spaces" in sys.argv[6:])
