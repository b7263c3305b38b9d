"""What imports what under ``dedup/``: no circles, and rooms import downwards only. Deferred imports count."""

from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

ROOMS = {
    "cli": 7,
    "server": 6,
    "spark": 6,
    "lint": 5,
    "corpus": 4,
    "archive": 4,
    "match": 3,
    "sketch": 2,
    "kernels": 1,
    "text": 1,
}
"""Rooms by height. One imports itself and lower ones; `text` may also import `kernels`, but not the other way round."""

ALONE = {"arguments", "atomic", "progress"}
"""Modules for every room, which import nothing of dedup."""


@pytest.fixture(scope="module")
def imports() -> dict[str, set[str]]:
    """The modules that each module imports, at its top or in a function, but not for type checking only."""
    graph = grimp.build_graph("dedup", exclude_type_checking_imports=True, cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def test_no_modules_import_each_other_in_a_circle(imports: dict[str, set[str]]) -> None:
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        pytest.fail(" is imported by ".join(error.args[1]))


def test_rooms_import_downwards_only(imports: dict[str, set[str]]) -> None:
    upwards = [
        f"{module} imports {imported}"
        for module, others in imports.items()
        if room(module) in ROOMS
        for imported in others
        if room(imported) in ROOMS and room(imported) != room(module)
        if ROOMS[room(imported)] >= ROOMS[room(module)] and (room(module), room(imported)) != ("text", "kernels")
    ]
    assert upwards == []


def test_modules_for_every_room_import_no_room(imports: dict[str, set[str]]) -> None:
    assert [name for name in sorted(ALONE) if imports[f"dedup.{name}"]] == []


def test_every_module_has_a_place(imports: dict[str, set[str]]) -> None:
    assert {room(module) for module in imports} == {"", "__main__", *ROOMS, *ALONE}
