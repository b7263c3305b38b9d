"""Checks what an sdist and a wheel hold: ``contents.py TREE DIST``."""

import sys
import tarfile
import zipfile
from pathlib import Path

BESIDE = (
    "pyproject.toml",
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    ".gitignore",
    ".pre-commit-hooks.yaml",
    "PKG-INFO",
)
NEEDED = {"dedup/py.typed", "dedup/text/fold.bin", "dedup/__main__.py"}


def below(tree: Path, *folders: str) -> set[str]:
    """Every file of these folders, as a path in the tree."""
    return {
        path.relative_to(tree).as_posix() for folder in folders for path in (tree / folder).rglob("*") if path.is_file()
    }


def compare(name: str, held: set[str], wanted: set[str]) -> bool:
    """Whether an archive holds what it should; says what is missing and what is too much."""
    for path in sorted(wanted - held):
        print(f"{name}: {path} is missing")
    for path in sorted(held - wanted):
        print(f"{name}: {path} should not be there")
    print(f"{name}: {len(held)} files")
    return held == wanted


def main(tree: Path, dist: Path) -> int:
    """0 if both archives are complete, else 1."""
    (wheel,), (sdist,) = dist.glob("*.whl"), dist.glob("*.tar.gz")
    package = below(tree, "dedup")
    good = compare("needed", package & NEEDED, NEEDED)
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
        info = next(path.partition("/")[0] for path in held if ".dist-info/" in path)
        metadata = {
            f"{info}/{name}" for name in ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")
        }
        good &= compare(wheel.name, held, package | metadata)
        if b"dedup = dedup.cli:run" not in archive.read(f"{info}/entry_points.txt"):
            print(f"{wheel.name}: no script dedup")
            good = False
    with tarfile.open(sdist) as archive:
        held = {member.name.partition("/")[2] for member in archive.getmembers() if member.isfile()}
    good &= compare(sdist.name, held, below(tree, "dedup", "tests", "benchmarks", "docs") | set(BESIDE))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
