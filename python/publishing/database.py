"""The published DuckDB file: copies of the marts with their comments, and the table functions over them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from publishing.disclosure import Disclosure, column_names, prepared
from publishing.tables import TABLE_FUNCTIONS, Schema
from sql_text import quoted_identifier, quoted_literal

# The oldest storage format that DuckDB still writes: DuckDB 1.0 to 1.4, which BI drivers bundle, read it too.
STORAGE_VERSION = "v1.0.0"
CATALOG = "published_segments"


@contextmanager
def attached_database(connection: duckdb.DuckDBPyConnection, path: Path, home: str) -> Iterator[None]:
    """Open or make a database file and let plain names mean it; `home` is the connection's own database."""
    connection.execute(
        f"attach {quoted_literal(str(path))} as {CATALOG} (storage_version '{STORAGE_VERSION}')"
    )
    try:
        connection.execute(f"use {CATALOG}")
        yield
        # A failure to write is an error here; DETACH would keep it to itself.
        connection.execute(f"checkpoint {CATALOG}")
    finally:
        connection.execute(f"use {quoted_identifier(home)}")
        connection.execute(f"detach {CATALOG}")


def copy_tables(
    connection: duckdb.DuckDBPyConnection,
    source: Schema,
    tables: Mapping[str, Sequence[str]],
    disclosure: Disclosure,
) -> None:
    """Copy what is published of the tables into the connection's current database, with all comments.

    `tables` are the columns of the key by table. Rows are in order of the key as published: the order of true
    ids would tell who is next to whom.
    """
    with prepared(connection, source, list(tables), disclosure):
        for table, key in tables.items():
            query = disclosure.query(source, table, column_names(connection, source, table))
            order = ", ".join(quoted_identifier(column) for column in key)
            connection.execute(
                f"create table {quoted_identifier(table)} as select * from ({query}) order by {order}"
            )
    for table, column, comment in comments(connection, source):
        if table in tables:
            comment_on(connection, table, column, comment)


def comments(connection: duckdb.DuckDBPyConnection, schema: Schema) -> list[tuple[str, str | None, str]]:
    """Table, column (None: the table itself) and text of every comment in the schema."""
    return connection.execute(
        """
        select table_name, null, comment from duckdb_tables()
        where database_name = $database and schema_name = $schema and comment is not null
        union all
        select view_name, null, comment from duckdb_views()
        where database_name = $database and schema_name = $schema and comment is not null
        union all
        select table_name, column_name, comment from duckdb_columns()
        where database_name = $database and schema_name = $schema and comment is not null
        """,
        {"database": schema.database, "schema": schema.name},
    ).fetchall()


def comment_on(connection: duckdb.DuckDBPyConnection, table: str, column: str | None, comment: str) -> None:
    """Set the comment of a table, or of its column, in the connection's current database."""
    name = quoted_identifier(table)
    subject = f"table {name}" if column is None else f"column {name}.{quoted_identifier(column)}"
    connection.execute(f"comment on {subject} is {quoted_literal(comment)}")


def copy_table_functions(connection: duckdb.DuckDBPyConnection, source: Schema) -> None:
    """Make the table functions anew in the connection's current database, over the tables there.

    In the warehouse their tables carry the warehouse's name, which means nothing in another file.
    """
    found = connection.execute(
        """
        select function_name, parameters, macro_definition from duckdb_functions()
        where database_name = $database and schema_name = $schema and function_type = 'table_macro'
        """,
        {"database": source.database, "schema": source.name},
    ).fetchall()
    for function, parameters, definition in found:
        if function in TABLE_FUNCTIONS:
            names = ", ".join(quoted_identifier(parameter) for parameter in parameters)
            body = without_schema(connection, definition)
            connection.execute(f"create macro {quoted_identifier(function)}({names}) as table {body}")


def without_schema(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    """The query with every table named without its database and schema."""
    tree = json.loads(connection.execute("select json_serialize_sql($1)", [query]).fetchall()[0][0])

    def visit(node: Any) -> None:
        if isinstance(node, dict):
            if node.get("type") == "BASE_TABLE":
                node["catalog_name"] = node["schema_name"] = ""
            for child in node.values():
                visit(child)
        elif isinstance(node, list):
            for child in node:
                visit(child)

    visit(tree)
    return str(connection.execute("select json_deserialize_sql($1)", [json.dumps(tree)]).fetchall()[0][0])


def description(connection: duckdb.DuckDBPyConnection) -> list[list[tuple[Any, ...]]]:
    """All that the connection's current database holds besides rows: columns, comments, functions.

    For a file that has been closed since it was filled: DuckDB words the body of a new function differently
    from that of a function it has read.
    """
    queries = (
        """
        select table_name, column_name, data_type, comment from duckdb_columns()
        where database_name = current_database() and not internal order by table_name, column_index
        """,
        """
        select table_name, comment from duckdb_tables()
        where database_name = current_database() and not internal order by table_name
        """,
        """
        select function_name, parameters, macro_definition from duckdb_functions()
        where database_name = current_database() and not internal order by function_name
        """,
    )
    return [connection.execute(query).fetchall() for query in queries]
