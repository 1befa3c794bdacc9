"""Remove one customer from the warehouse, from what is published and from later builds."""

import os
from collections.abc import Callable
from pathlib import Path

import duckdb

from database_file.lock import connect_when_free, wait_seconds
from privacy.functions import register_functions
from privacy.keys import PrivacyError, normalised_customer_id
from privacy.rewriting import rewrite_database
from privacy.suppression import add_to_list, suppression_path
from publishing import published_link
from publishing.manifest import DATABASE
from publishing.places import remove_builds_before
from sql_text import quoted_identifier

# Tells the check of the input that the build must read what the warehouse was built from.
SAME_INPUT = "SEGMENTATION_SAME_INPUT"
ID_COLUMNS = ("customer_id", "customer_id_text")


def forget(customer: str, database: Path, build: Callable[[], int]) -> list[str]:
    """Forget a customer.

    The customer is put on the list first, so whatever stops this later, no later build brings them back;
    doing it again goes on where it stopped.

    Args:
        customer: The customer id, written in any way that staging reads as the same.
        database: The warehouse.
        build: Builds, tests and publishes everything; returns 0 where it succeeded.

    Returns:
        What was done, in sentences.

    Raises:
        PrivacyError: something of the customer is left, and why; what to do.
    """
    customer_id = normalised_customer_id(customer)
    if not customer_id:
        raise PrivacyError("No customer is named: make forget CUSTOMER='the customer id'.")
    list_path = suppression_path(str(database))
    if list_path is None:
        raise PrivacyError(f"{database} is no file: name the warehouse in SEGMENTATION_DATABASE.")
    if not list_path.exists() and database.exists() and has_forgotten_somebody(database):
        raise PrivacyError(
            f"Customers were forgotten in {database}, and their list {list_path} is gone: put back a copy of "
            "it, since with a new one they would come back."
        )
    add_to_list(list_path, customer_id)
    if not database.exists():
        return [
            f"The customer is on the list {list_path}; there is no warehouse {database} to remove them from."
        ]
    n_before = len(tables_with_forgotten(database, list_path))
    os.environ[SAME_INPUT] = "true"
    if build() != 0:
        raise PrivacyError(
            "The customer is on the list, so no later build holds them, but this one failed: what was built "
            "and published before is still there; correct what the build says and forget the customer again."
        )
    left = tables_with_forgotten(database, list_path)
    newest = published_link() / DATABASE
    if newest.exists() and tables_with_forgotten(newest, list_path):
        left.append(str(newest))
    if left:
        raise PrivacyError(
            f"A customer on the list is still in {', '.join(left)}: build everything, with no --select or "
            "--exclude in DBT_ARGS, and take them out of tables that this project does not write."
        )
    removed = remove_builds_before(published_link())
    rewrite_database(database)
    found = f"was in {n_before} tables" if n_before else "was in no table"
    return [
        f"The customer {found} of {database}, and is in none now; the file was written anew.",
        f"Older published builds removed: {removed}.",
        "The input is yours and was not changed: take the customer out of your exports, backups and the "
        "campaigns that were sent.",
    ]


def has_forgotten_somebody(database: Path) -> bool:
    """Whether the last build left customers out."""
    with connect_when_free(str(database), {}, wait_seconds(), print) as connection:
        ledgers = connection.execute(
            "select schema_name from duckdb_tables() where table_name = 'cleaning_ledger'"
        ).fetchall()
        query = "select 1 from {}.cleaning_ledger where rule = 'forgotten_customer'"
        return any(
            connection.execute(query.format(quoted_identifier(schema))).fetchall() for (schema,) in ledgers
        )


def tables_with_forgotten(database: Path, list_path: Path) -> list[str]:
    """The tables with a forgotten customer in a column of customer ids."""
    with connect_when_free(str(database), {}, wait_seconds(), print) as connection:
        connection.execute("set enable_progress_bar = false")
        register_functions(connection, list_path)
        columns = connection.execute(
            """
            select columns.schema_name, columns.table_name, columns.column_name
            from duckdb_columns() as columns
            semi join duckdb_tables() as tables using (database_name, schema_name, table_name)
            where columns.database_name = current_database()
                and columns.data_type = 'VARCHAR'
                and list_contains($names, columns.column_name)
            order by all
            """,
            {"names": list(ID_COLUMNS)},
        ).fetchall()
        found = [column for column in columns if holds(connection, *column)]
    return sorted({f"{schema}.{table}" for schema, table, _ in found})


def holds(connection: duckdb.DuckDBPyConnection, schema: str, table: str, column: str) -> bool:
    """Whether the column has a forgotten customer."""
    name = quoted_identifier(column)
    relation = f"{quoted_identifier(schema)}.{quoted_identifier(table)}"
    query = f"select bool_or(is_forgotten({name})) from (select distinct {name} from {relation})"
    return bool(connection.execute(query).fetchall()[0][0])
