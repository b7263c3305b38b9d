"""The compiled engine ahead of time: what `compile_all` compiles, where it is kept, and when it is used."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import dedup

pytest.importorskip("numba")

PACKAGE = Path(dedup.__file__).parent

EVERY_CALL = """
import random
import numpy, pyarrow
import dedup
from dedup.kernels import compiled, reference
from dedup.kernels.compiled import ahead
from numba.core.registry import CPUDispatcher

def signatures():
    return {
        (function.__module__, name): set(function.signatures)
        for module in compiled.__all__
        for name, function in vars(getattr(compiled, module)).items()
        if isinstance(function, CPUDispatcher)
    }

ahead.compile_all(lambda *step: None)
before = signatures()
# `verified` is called by kernels only, which contain it.
kernels = {
    (f"dedup.kernels.compiled.{module}", name)
    for module in reference.__all__
    for name in vars(getattr(reference, module))
    if name != "verified" and not name.startswith("_")
}
assert all(before[name] for name in before if name in kernels), before
chance = random.Random(1)
def paragraph(size): return " ".join(f"w{chance.randrange(300)}" for _ in range(size))
texts = [paragraph(chance.randrange(20, 60)) for _ in range(100)]
texts += [text + " é" for text in texts[::5]] + ["".join(chr(0x4E00 + chance.randrange(500)) for _ in range(100))]
for options in (
    {}, {"measure": "containment"}, {"method": "lsh"}, {"pairs": "all"}, {"shingle_size": 5}, {"keep": "longest"},
    {"linkage": "single"}, {"linkage": "complete"}, {"pairs": "all", "linkage": "complete"}, {"against": texts[:50]},
    {"against": texts[:50], "linkage": "single"}, {"against": texts[:50], "linkage": "complete"},
):
    found = dedup.find_duplicates(texts, **options)
    found.at(0.9).every_pair()
    found.groups
for given in (iter(texts), numpy.array(texts), numpy.array(texts, object), pyarrow.array(texts), texts[:1], []):
    dedup.find_duplicates(given)
    dedup.MinHasher().sketch(given if not hasattr(given, "__next__") else iter(texts))
documents = [". ".join(chance.choice(texts) for _ in range(40)) for _ in range(4)] + ["x y z a b c d e f " * 20]
dedup.find_repeats(documents)
dedup.find_repeats(documents[0], against=documents[1:])
dedup.find_repeats(documents, min_similarity=1)
dedup.find_repeats(documents[0], markup="markdown")
dedup.shingles(texts[0])
index = dedup.LSHIndex()
for key, text in enumerate(texts):
    index.add(key, text)
index.add_many(enumerate(texts, 1_000))
index.query(texts[3])
after = signatures()
print({name: after[name] - before[name] for name in after if after[name] != before[name]})
"""

ONE_ENGINE = """
import pathlib, sys
import dedup
from dedup import kernels
from dedup.cli import main
from dedup.kernels import compiled, reference
from dedup.kernels.compiled import ahead

ahead.compile_all(lambda *step: None)
used = set()

class Recorded:
    def __init__(self, engine, module): self.engine, self.module = engine, module
    def __getattr__(self, name):
        used.add(self.engine)
        return getattr(self.module, name)

for package in (reference, compiled):
    for name in package.__all__:
        setattr(package, name, Recorded(package.__name__.rpartition(".")[2], getattr(package, name)))

short = ["the cat sat on the mat by the door", "a word"]
long = [*short, " ".join(f"w{number * number % 997}" for number in range(20_000)), "the cat sat on the mat by doors"]
folder = pathlib.Path(sys.argv[1])
for number, texts in enumerate((short, long)):
    (folder / str(number)).mkdir()
    for at, text in enumerate(texts):
        (folder / str(number) / f"{at}.md").write_text(text)
    calls = (
        lambda: dedup.find_duplicates(texts), lambda: dedup.find_duplicates(texts, method="lsh"),
        lambda: dedup.find_duplicates(iter(texts), measure="containment"), lambda: dedup.MinHasher().sketch(texts),
        lambda: dedup.find_repeats(texts), lambda: dedup.shingles(texts[-2]),
        lambda: main(["lint", str(folder / str(number)), "--isolated", "--exit-zero"]),
    )
    for call in calls:
        used.clear()
        call()
        print("used", *used)
"""

SHOW = "from dedup import kernels; from dedup.kernels import cache; print(cache.folder()); "


def run(program: str, *arguments: str, **environment: str) -> list[str]:
    """Run a program in a process of its own, DEDUP_ENGINE not set; the lines it prints. Warnings are errors."""
    inherited = {name: value for name, value in os.environ.items() if name not in ("DEDUP_ENGINE", "NUMBA_CACHE_DIR")}
    done = subprocess.run(
        [sys.executable, "-P", "-W", "error", "-c", program, *arguments],
        env={**inherited, **environment},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_no_call_compiles_what_was_not_compiled_ahead() -> None:
    assert run(EVERY_CALL, DEDUP_ENGINE="compiled") == ["{}"]


def test_no_call_mixes_the_engines(tmp_path: Path) -> None:
    lines = [line for line in run(ONE_ENGINE, str(tmp_path)) if line.startswith("used")]
    assert lines == ["used reference"] * 7 + ["used compiled"] * 7


def test_large_input_takes_numpy_until_everything_is_compiled(tmp_path: Path) -> None:
    program = SHOW + (
        "print(kernels.engine(20_000_000).__name__)\n"
        "kernels.expect(20_000_000, lambda *step: print(step))\n"
        "assert cache.mark_complete()\n"
        "for size in (100, 30_000, 20_000_000, 30_000, 100): print(kernels.engine(size).__name__.split('.')[-1])"
    )
    folder, before, *after = run(program, NUMBA_CACHE_DIR=str(tmp_path))
    assert Path(folder).parent == tmp_path
    assert before == "dedup.kernels.reference"
    assert after == ["reference", "reference", "compiled", "compiled", "reference"]


def test_very_large_input_compiles_everything_first_and_says_so(tmp_path: Path) -> None:
    program = SHOW + (
        "import sys\n"
        "from dedup.kernels.compiled import ahead\n"
        "ahead.compile_all = lambda progress: progress('compiling', 0, 11)\n"
        "del sys.modules['dedup.kernels.compiled']\n"
        "kernels.expect(10**9, lambda *step: print(step))\n"
        "kernels.expect(10**9, lambda *step: print(step))\n"
        "print(kernels.engine(10_000).__name__)"
    )
    assert run(program, NUMBA_CACHE_DIR=str(tmp_path))[1:] == ["('compiling', 0, 11)", "dedup.kernels.compiled"]


@pytest.mark.parametrize("change", ["source", "processor"])
def test_code_for_another_source_or_processor_does_not_count(tmp_path: Path, change: str) -> None:
    copy = tmp_path / "copy" / "dedup"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    where = {"PYTHONPATH": str(copy.parent), "NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    ask = SHOW + "print(cache.is_complete())"
    assert run(SHOW + "print(cache.mark_complete(), cache.is_complete())", **where)[1] == "True True"
    assert run(ask, **where)[1] == "True"
    if change == "source":
        with open(copy / "kernels" / "compiled" / "xxh64.py", "a") as file:
            file.write("# another\n")
    else:
        where["NUMBA_CPU_NAME"] = "generic"
    assert run(ask, **where)[1] == "False"


@pytest.fixture
def installed(tmp_path: Path) -> dict[str, str]:
    """A copy of the package, first on the path, and a home beside it."""
    copy = tmp_path / "system" / "dedup"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return {
        "PYTHONPATH": str(copy.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(tmp_path / "home"),
        "XDG_CACHE_HOME": "",
    }


def beside(installed: dict[str, str]) -> Path:
    return Path(installed["PYTHONPATH"]) / "dedup" / "kernels" / "compiled" / "__pycache__"


@pytest.fixture
def read_only(installed: dict[str, str]) -> dict[str, str]:
    """The same where nothing can be written beside the kernels, not even by root: a file is in the way."""
    beside(installed).touch()
    return installed


CALL = "import numpy; print(len(kernels.engine(1).places.lcp_intervals(numpy.array([1]))))"


def test_a_read_only_installation_keeps_its_code_in_the_cache_folder_of_the_user(read_only: dict[str, str]) -> None:
    folder, line = run(SHOW + CALL, DEDUP_ENGINE="compiled", **read_only)
    assert line == "3"
    assert Path(folder).is_relative_to(read_only["HOME"])
    assert list(Path(folder).glob("*.nbc"))


def test_a_read_only_installation_without_a_home_works_without_a_warning(read_only: dict[str, str]) -> None:
    read_only["HOME"] = "/proc/nowhere"
    assert run(SHOW + CALL, DEDUP_ENGINE="compiled", **read_only)[1] == "3"
    assert run(SHOW + "print(cache.mark_complete(), kernels.engine(10**8).__name__)", **read_only)[1] == (
        "False dedup.kernels.reference"
    )


def test_what_is_compiled_beside_a_read_only_installation_is_used(installed: dict[str, str]) -> None:
    place = beside(installed)
    assert run(SHOW + CALL + "; cache.mark_complete()", DEDUP_ENGINE="compiled", **installed)[0] == str(place)
    place.chmod(stat.S_IRUSR | stat.S_IXUSR)
    count = "; print(sum(kernels.compiled.places.lcp_intervals.stats.cache_misses.values()))"
    assert run(SHOW + CALL + count, DEDUP_ENGINE="compiled", **installed) == [str(place), "3", "0"]
    place.chmod(stat.S_IRWXU)


def test_code_that_is_kept_is_loaded_without_what_only_compiling_needs(tmp_path: Path) -> None:
    program = (
        "import sys, numpy\n"
        "from dedup.kernels import compiled\n"
        "print(compiled.places.disjoint(numpy.zeros(1, 'i4'), numpy.array([0, 1]), numpy.ones(1, 'i4')).tolist())\n"
        "print('numba.np.linalg' in sys.modules)"
    )
    compiling, loading = (run(program, NUMBA_CACHE_DIR=str(tmp_path)) for _ in range(2))
    assert (compiling, loading) == (["[True]", "True"], ["[True]", "False"])


def test_kernels_that_are_loaded_can_be_followed_by_ones_that_are_compiled(tmp_path: Path) -> None:
    first = (
        "import numpy\n"
        "from dedup.kernels import compiled\n"
        "print(compiled.places.disjoint(numpy.zeros(1, 'i4'), numpy.array([0, 1]), numpy.ones(1, 'i4')).tolist())\n"
    )
    second = "print(compiled.postings.ascending(numpy.array([3, 1, 2])).tolist())"
    run(first, NUMBA_CACHE_DIR=str(tmp_path))
    assert run(first + second, NUMBA_CACHE_DIR=str(tmp_path)) == ["[True]", "[1, 2, 0]"]
