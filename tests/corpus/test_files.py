"""Files of a corpus: what is read, what is written, and what is said of those that cannot be."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pa = pytest.importorskip("pyarrow")
pytest.importorskip("duckdb")

import pyarrow.parquet as pq  # noqa: E402

from dedup import corpus  # noqa: E402

A, B, C = "A lamp burns by the river.", "a lamp burns, by the river", "Seven boats left\nthe harbour at dawn"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for the input."""
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def jsonl(path: Path, *rows: Any) -> bytes:
    data = b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return data


def kept(source: Any, out: Path, **options: Any) -> dict[str, bytes]:
    """What is written to ``kept/``, by path."""
    with corpus.find_duplicates(source, memory="300MB", **options) as found:
        found.write(out)
    root = out / "kept"
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def test_lines_are_kept_byte_for_byte_below_their_folders(folder: Path, tmp_path: Path) -> None:
    one = b'{"text": "' + A.encode() + b'",   "n": 1}\r\n'
    (folder / "lang=de").mkdir()
    (folder / "lang=de" / "a.jsonl").write_bytes(b"\xef\xbb\xbf" + one + b"\n" + json.dumps({"text": B}).encode())
    three = jsonl(folder / "lang=fr" / "b.ndjson", {"text": None, "n": 2}, {"text": C})
    assert kept(folder, tmp_path / "out") == {
        "lang=de/a.jsonl": b"\xef\xbb\xbf" + one + b"\n",
        "lang=fr/b.ndjson": three,
    }


@pytest.mark.parametrize("suffix", [".gz", ".zst", ".bz2"])
def test_compressed_files_stay_compressed(folder: Path, tmp_path: Path, suffix: str) -> None:
    codec = {".gz": "gzip", ".zst": "zstd", ".bz2": "bz2"}[suffix]
    name = f"a.jsonl{suffix}"
    with pa.CompressedOutputStream(str(folder / name), codec) as stream:
        stream.write(json.dumps({"text": A}).encode() + b"\n" + json.dumps({"text": B}).encode() + b"\n")
    kept(folder, tmp_path / "out")
    with pa.input_stream(str(tmp_path / "out" / "kept" / name), compression=codec) as stream:
        assert stream.read() == json.dumps({"text": A}).encode() + b"\n"


def test_records_of_csv_may_have_line_breaks_and_quotes(folder: Path, tmp_path: Path) -> None:
    first, second = f'1,"{C}"\r\n', f'"2","say ""{A}"""\r\n'
    (folder / "a.csv").write_bytes(f'n,text\r\n{first}{second}3,"{C}!"\r\n'.encode())
    assert kept(folder, tmp_path / "out") == {"a.csv": f"n,text\r\n{first}{second}".encode()}


def test_parquet_keeps_its_schema_and_all_columns(folder: Path, tmp_path: Path) -> None:
    table = pa.table({"text": pa.array([A, B, C]).dictionary_encode(), "deep": [[1], [], None]})
    table = table.replace_schema_metadata({"made": "by hand"})
    pq.write_table(table, folder / "a.parquet", row_group_size=2, compression="zstd")
    kept(folder, tmp_path / "out")
    written = pq.read_table(tmp_path / "out" / "kept" / "a.parquet")
    assert written.schema.metadata[b"made"] == b"by hand"
    assert written.to_pydict() == {"text": [A, C], "deep": [[1], None]}


def test_members_are_named_by_file_and_line(folder: Path) -> None:
    jsonl(folder / "a.jsonl", {"text": A}, {"text": C})
    jsonl(folder / "b.jsonl", {"text": B})
    with corpus.find_duplicates(folder) as found:
        rows = found.members().read_all().to_pylist()
    assert [(row["id"], row["because"]) for row in rows] == [
        ("a.jsonl:1", None), ("a.jsonl:2", None), ("b.jsonl:1", "a.jsonl:1")
    ]  # fmt: skip


def test_patterns_and_several_sources_are_read_once(folder: Path, tmp_path: Path) -> None:
    jsonl(folder / "a.jsonl", {"text": A})
    jsonl(folder / "x" / "b.jsonl", {"text": B})
    assert set(kept(f"{folder}/**/*.jsonl", tmp_path / "o1")) == {"a.jsonl", "x/b.jsonl"}
    assert kept([folder, folder / "a.jsonl"], tmp_path / "o2")["x/b.jsonl"] == b""


def test_10000_small_files_are_read(folder: Path) -> None:
    for number in range(10_000):
        (folder / f"{number:05}.jsonl").write_text(json.dumps({"text": f"{A} {number // 2} and {number // 2}"}) + "\n")
    with corpus.find_duplicates(folder) as found:
        assert found.counts.removed == 5000


BAD_LINES = {
    b"{": "a.jsonl:2: ",
    b'{"text": 7}': "a.jsonl:2: Expected `str | null`, got `int`",
    b'{"other": "x"}': "a.jsonl:2: the object has no field 'text'",
    b'{"text": "\xff"}': "a.jsonl:2: ",
    b'["x"]': "a.jsonl:2: ",
    b'{"text": "x", "deep": ' + b"[" * 5000: "a.jsonl:2: ",
}


@pytest.mark.parametrize("line", BAD_LINES, ids=lambda line: repr(line[:20]))
def test_a_bad_line_is_told_with_its_number(folder: Path, tmp_path: Path, line: bytes) -> None:
    good, last = json.dumps({"text": A}).encode(), json.dumps({"text": B}).encode()
    (folder / "a.jsonl").write_bytes(b"\n".join([good, line, last, b""]))
    with pytest.raises(corpus.CorpusError, match=BAD_LINES[line]):
        corpus.find_duplicates(folder)
    with corpus.find_duplicates(folder, on_error="skip") as found:
        assert [BAD_LINES[line] in message for message in found.skipped] == [True]
        assert [row["id"] for row in found.members().read_all().to_pylist()] == ["a.jsonl:1", "a.jsonl:3"]
        found.write(tmp_path / "out")
    assert (tmp_path / "out" / "kept" / "a.jsonl").read_bytes() == good + b"\n"
    with corpus.find_passages(folder, min_words=4, on_error="skip") as passages:
        passages.write(tmp_path / "cut", texts=True)
    assert (tmp_path / "cut" / "cut" / "a.jsonl").read_bytes() == good + b'\n{"text":""}\n'


def test_a_record_with_too_many_fields_is_told_with_its_line(folder: Path, tmp_path: Path) -> None:
    (folder / "a.csv").write_text(f'text,n\n"{C}",1\nx,1,2\n{A},3\n')
    with pytest.raises(corpus.CorpusError, match=r"a\.csv:4: the record has 3 fields, but the header has 2"):
        corpus.find_duplicates(folder)
    assert kept(folder, tmp_path / "out", on_error="skip")["a.csv"].decode() == f'text,n\n"{C}",1\n{A},3\n'


def test_a_damaged_group_of_rows_is_told_or_left_out(folder: Path, tmp_path: Path) -> None:
    path = folder / "a.parquet"
    pq.write_table(
        pa.table({"text": [A * 50, C * 50, (A + " ") * 60]}),
        path,
        row_group_size=1,
        compression="none",
        use_dictionary=False,
    )
    column = pq.read_metadata(path).row_group(1).column(0)
    data = bytearray(path.read_bytes())
    begin = column.data_page_offset
    data[begin : begin + 40] = b"\xff" * 40
    path.write_bytes(data)
    with pytest.raises(corpus.CorpusError, match=r"a\.parquet: row group 1 \(rows 1 to 1\)"):
        corpus.find_duplicates(folder)
    kept(folder, tmp_path / "out", on_error="skip")
    assert pq.read_table(tmp_path / "out" / "kept" / "a.parquet").to_pydict() == {"text": [A * 50]}


def _missing_column(folder: Path) -> None:
    pq.write_table(pa.table({"words": [A]}), folder / "a.parquet")


def _wrong_type(folder: Path) -> None:
    pq.write_table(pa.table({"text": [1]}), folder / "a.parquet")


def _mixed(folder: Path) -> None:
    jsonl(folder / "a.jsonl", {"text": A})
    (folder / "b.csv").write_text("words\nx\n")


def _cut_gzip(folder: Path) -> None:
    (folder / "a.jsonl.gz").write_bytes(gzip.compress(os.urandom(5000).hex().encode())[:-900])


def _no_parquet(folder: Path) -> None:
    (folder / "a.parquet").write_bytes(b"PAR1 no")


def _empty_csv(folder: Path) -> None:
    (folder / "a.csv").write_bytes(b"")


def _unknown(folder: Path) -> None:
    (folder / "a.txt").write_text(A)


FAULTS: dict[Callable[[Path], None], str] = {
    _missing_column: r"a\.parquet has no column 'text'; it has 'words'",
    _wrong_type: r"a\.parquet: column 'text' holds int64; allowed is string",
    _mixed: r"b\.csv has no column 'text'",
    _cut_gzip: r"a\.jsonl\.gz cannot be read",
    _no_parquet: r"a\.parquet cannot be read",
    _empty_csv: r"a\.csv is empty",
    _unknown: r"has no file of a known type; allowed: \.parquet",
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_what_cannot_be_read_is_told(folder: Path, fault: Callable[[Path], None]) -> None:
    fault(folder)
    with pytest.raises(corpus.CorpusError, match=FAULTS[fault]):
        corpus.find_duplicates(folder)


def test_a_missing_path_is_told(tmp_path: Path) -> None:
    with pytest.raises(corpus.CorpusError, match="nothing does not exist"):
        corpus.find_duplicates(tmp_path / "nothing")


def test_a_text_of_50_megabytes_is_read(folder: Path) -> None:
    words = " ".join(f"{i:099}" for i in range(500_000))
    jsonl(folder / "a.jsonl", {"text": words}, {"text": words + "!"}, {"text": A})
    with corpus.find_duplicates(folder) as found:
        assert (found.counts.texts, found.counts.removed) == (3, 1)


def test_nothing_is_written_into_the_input(folder: Path) -> None:
    jsonl(folder / "a.jsonl", {"text": A})
    with corpus.find_duplicates(folder) as found, pytest.raises(corpus.CorpusError, match="is not empty"):
        found.write(folder)


def test_a_full_disk_is_told(folder: Path, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(small)], capture_output=True)
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    try:
        jsonl(folder / "a.jsonl", *({"text": os.urandom(400).hex(" ")} for _ in range(20_000)))
        with pytest.raises(corpus.CorpusError, match=r"cannot be written|does not fit"):
            corpus.find_duplicates(folder, scratch=small / "scratch", memory="300MB")
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_a_folder_that_may_not_be_written_to_is_told(folder: Path, tmp_path: Path) -> None:
    jsonl(folder / "a.jsonl", {"text": A})
    (tmp_path / "file").write_text("")
    with corpus.find_duplicates(folder) as found, pytest.raises(corpus.CorpusError, match="file cannot be written"):
        found.write(tmp_path / "file")


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view(), pa.int16(), pa.uint64()], ids=str)
def test_texts_are_named_by_a_column_of_strings_or_integers(folder: Path, kind: Any) -> None:
    names = list(range(3)) if pa.types.is_integer(kind) else [f"ünït {number}" for number in range(3)]
    passage = f"{A} {C}"
    table = pa.table({"name": pa.array(names, kind), "text": [passage, C, f"{passage}!"]})
    pq.write_table(table, folder / "a.parquet")
    with corpus.find_duplicates(folder, id="name") as found:
        members, pairs = found.members().read_all().to_pylist(), found.pairs().read_all().to_pylist()
    assert [(row["id"], row["because"]) for row in members] == [
        (names[0], None),
        (names[1], None),
        (names[2], names[0]),
    ]
    assert pairs == [{"first": names[0], "second": names[2], "similarity": 1.0}]
    with corpus.find_passages(folder, id="name", min_words=7) as spans:
        assert [row["id"] for row in spans.spans().read_all().to_pylist()] == names[1:]


HOLDING = "import duckdb, sys; database = duckdb.connect(sys.argv[1]); print(flush=True); sys.stdin.read()"


def test_a_scratch_folder_that_another_run_uses_is_refused(folder: Path, tmp_path: Path) -> None:
    jsonl(folder / "a.jsonl", {"text": A})
    corpus.find_duplicates(folder, scratch=tmp_path / "scratch").close()
    command = [sys.executable, "-c", HOLDING, str(tmp_path / "scratch" / "tables.duckdb")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(corpus.CorpusError, match="scratch is in use by another run"):
            corpus.find_duplicates(folder, scratch=tmp_path / "scratch")
        other.communicate()


def test_a_file_is_not_compared_with_itself(folder: Path) -> None:
    jsonl(folder / "a.jsonl", {"text": A})
    with pytest.raises(corpus.CorpusError, match=r"a\.jsonl is compared with itself"):
        corpus.find_duplicates(folder, against=folder / "a.jsonl")


def test_a_column_of_other_values_is_named_as_it_is_in_the_file(folder: Path) -> None:
    jsonl(folder / "a.jsonl", {"number": 1, "text": A}, {"number": 1.5, "text": A})
    with pytest.raises(corpus.CorpusError, match=r"a\.jsonl: column 'number' does not hold int64"):
        corpus.find_duplicates(folder, id="number")
    with pytest.raises(corpus.CorpusError, match=r"a\.jsonl: column 'text' does not hold double"):
        corpus.find_duplicates(folder, keep="text")
