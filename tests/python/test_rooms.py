"""The packages of python/ lie above one another: none imports, by way of others, what imports it."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest


def imported(path: Path) -> Iterator[str]:
    """The modules that a file imports, at its head or in a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def rooms(folder: Path) -> dict[str, set[str]]:
    """Each package and module of the folder with those of them that it imports."""
    files = {path: path.relative_to(folder).parts[0].removesuffix(".py") for path in folder.rglob("*.py")}
    graph: dict[str, set[str]] = {room: set() for room in files.values()}
    for path, room in files.items():
        graph[room] |= {name.partition(".")[0] for name in imported(path)} & (graph.keys() - {room})
    return graph


def order_of(graph: dict[str, set[str]]) -> list[str]:
    """The rooms, those below first. Raises CycleError with the circle where there is one."""
    return list(TopologicalSorter(graph).static_order())


def test_no_package_imports_in_a_circle(repo_root: Path) -> None:
    order = order_of(rooms(repo_root / "python"))
    # What publishes lies below what dbt calls, and the database file below all that opens it.
    assert order.index("database_file") < order.index("privacy") < order.index("duckdb_plugin")
    assert order.index("report") < order.index("publishing") < order.index("duckdb_plugin")
    assert order.index("invoice_reader") < order.index("project_variables") < order.index("duckdb_plugin")


def test_a_circle_is_found_wherever_its_imports_stand(tmp_path: Path) -> None:
    for room, text in (
        ("cellar", "import attic.roof"),
        ("attic", "def climb():\n    from stairs import step\n"),
        ("stairs", "from cellar import floor\n"),
    ):
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").write_text(text)
    with pytest.raises(CycleError) as found:
        order_of(rooms(tmp_path))
    assert set(found.value.args[1]) == {"attic", "cellar", "stairs"}
