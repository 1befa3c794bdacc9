"""Write a database file anew: DuckDB keeps blocks of deleted rows until it needs their place."""

import shutil
import stat
from pathlib import Path

import duckdb

from database_file.lock import connect_when_free, wait_seconds
from privacy.keys import PrivacyError
from publishing.places import flush_to_disk
from sql_text import quoted_identifier, quoted_literal

OBJECTS = """
    select 'table', schema_name, table_name, column_count, comment
    from duckdb_tables() where database_name = $database
    union all
    select 'view', schema_name, view_name, column_count, comment
    from duckdb_views() where database_name = $database and not internal
    union all
    select 'function', schema_name, function_name, len(parameters), macro_definition
    from duckdb_functions() where database_name = $database and not internal
    union all
    select 'constraint', schema_name, table_name, len(constraint_column_names), constraint_text
    from duckdb_constraints() where database_name = $database
    order by all
"""


def rewrite_database(path: Path) -> None:
    """Replace the database file, in one step, by one that holds only what its tables hold now.

    Waits for a reader as a build does. What DuckDB wrote out of memory beside the file goes too.

    Raises:
        PrivacyError: the new file does not hold the same; the old one stays.
        database_file.lock.DatabaseInUseError: another process keeps the file open.
    """
    fresh = path.with_name(f".{path.name}.rewritten")
    fresh.unlink(missing_ok=True)
    try:
        with connect_when_free(str(path), {}, wait_seconds(), print) as connection:
            # DuckDB's own bar for long queries has no place among what is said.
            connection.execute("set enable_progress_bar = false")
            old, new = path.stem, f"{path.stem}.rewritten"
            connection.execute(f"attach {quoted_literal(str(fresh))} as {quoted_identifier(new)}")
            fresh.chmod(stat.S_IMODE(path.stat().st_mode))
            connection.execute(f"copy from database {quoted_identifier(old)} to {quoted_identifier(new)}")
            if content(connection, old) != content(connection, new):
                raise PrivacyError(f"{path} could not be copied as it is: the file was not rewritten.")
            connection.execute(f"checkpoint {quoted_identifier(new)}")
            connection.execute(f"detach {quoted_identifier(new)}")
            # With nothing left in its log, closing the old file writes nothing under its name.
            connection.execute(f"checkpoint {quoted_identifier(old)}")
            flush_to_disk(fresh)
            fresh.replace(path)
            flush_to_disk(path.parent)
    finally:
        fresh.unlink(missing_ok=True)
        Path(f"{fresh}.wal").unlink(missing_ok=True)
    spilled = Path(f"{path}.tmp")
    if spilled.exists():
        shutil.rmtree(spilled)


def content(connection: duckdb.DuckDBPyConnection, database: str) -> list[tuple[object, ...]]:
    """Every table, view, function and constraint, then each table's number of rows."""
    objects = connection.execute(OBJECTS, {"database": database}).fetchall()
    counts = []
    for kind, schema, name, *_ in objects:
        if kind == "table":
            table = ".".join(quoted_identifier(part) for part in (database, schema, name))
            counts += connection.execute(f"select count(*) from {table}").fetchall()
    return [*objects, *counts]
