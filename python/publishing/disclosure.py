"""What readers of published files see of customers: pseudonyms for their ids, and no counts of a few."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from publishing.places import PublishingError
from publishing.tables import REVENUE_TABLES, TABLES_OF_COUNTS, Schema
from sql_text import quoted_identifier

# Columns with the id as it came: no pseudonym can be found for what may be no id at all.
TEXTS_WITH_IDS = ("customer_id_text", "raw_text")
PSEUDONYMS = "temp.customer_pseudonyms"


@dataclass(frozen=True)
class Disclosure:
    """What is published of customers.

    Attributes:
        pseudonymous: Whether a keyed hash stands for each customer id.
        minimum_customers: Fewest customers that a published count may be of; 1 publishes every count.
    """

    pseudonymous: bool = False
    minimum_customers: int = 1

    def query(self, source: Schema, table: str, columns: Sequence[str]) -> str:
        """SQL for the rows and values of a mart that are published."""
        query = f"select * from {source.table(table)}"
        if self.minimum_customers > 1:
            query = self._large_enough(query, table)
        if self.pseudonymous:
            if "is_private" in columns:
                query = f"select * from ({query}) where not is_private"
            query = pseudonymous(query, columns)
        return query

    def _large_enough(self, query: str, table: str) -> str:
        """The query without rows of too few customers, and without what these could be told from."""
        if table == "segment_profiles":
            lists = ", ".join(
                f"list_filter({name}, lambda trait: trait.n_customers >= {self.minimum_customers}) as {name}"
                for name in ("top_countries", "top_products")
            )
            return f"select * replace ({lists}) from ({query})"
        if table in REVENUE_TABLES:
            # Gaps in the ranks, or steps in the running share, would tell the revenue of each row left out.
            return f"""
                select * exclude (positive_revenue) replace (
                    cast(row_number() over running as integer) as revenue_rank,
                    cast(sum(greatest(revenue, 0.00)) over running as double)
                    / nullif(cast(positive_revenue as double), 0) as cumulative_share_of_revenue,
                    cast(null as varchar) as segment_mix
                )
                from (select *, sum(greatest(revenue, 0.00)) over () as positive_revenue from ({query}))
                where n_customers >= {self.minimum_customers}
                window running as (order by revenue_rank rows unbounded preceding)
            """
        if table in TABLES_OF_COUNTS:
            return f"select * from ({query}) where n_customers >= {self.minimum_customers}"
        return query


def pseudonymous(query: str, columns: Sequence[str]) -> str:
    """The query with pseudonyms for ids, and without texts that hold ids as they came."""
    replaced = [f"cast(null as varchar) as {name}" for name in TEXTS_WITH_IDS if name in columns]
    if "customer_id" not in columns:
        return f"select * replace ({', '.join(replaced)}) from ({query})" if replaced else query
    replaced.append("names.pseudonym as customer_id")
    return f"""
        select mart.* replace ({", ".join(replaced)})
        from ({query}) as mart
        left join {PSEUDONYMS} as names on mart.customer_id = names.customer_id
    """


@contextmanager
def prepared(
    connection: duckdb.DuckDBPyConnection, source: Schema, tables: Sequence[str], disclosure: Disclosure
) -> Iterator[None]:
    """Check that the marts can be published so, and hash each customer id once.

    The connection needs the function customer_pseudonym of `privacy.functions`. Raises PublishingError.
    """
    if disclosure.minimum_customers > 1:
        check_segments(connection, source, disclosure.minimum_customers)
    if disclosure.pseudonymous:
        ids = " union ".join(
            f"select customer_id from {source.table(table)}"
            for table in tables
            if "customer_id" in column_names(connection, source, table)
        )
        connection.execute(
            f"create or replace temporary table {quoted_identifier(PSEUDONYMS.removeprefix('temp.'))} as "
            f"select customer_id, customer_pseudonym(customer_id) as pseudonym from ({ids})"
        )
    try:
        yield
    finally:
        connection.execute(f"drop table if exists {PSEUDONYMS}")


def check_segments(connection: duckdb.DuckDBPyConnection, source: Schema, minimum_customers: int) -> None:
    """Raise PublishingError where a segment has too few customers: it cannot be left out, as it is in use."""
    small = connection.execute(
        f"""
        select segment_name, n_customers from {source.table("segment_profiles")}
        where n_customers between 1 and $fewer
        order by n_customers, segment_name
        """,
        {"fewer": minimum_customers - 1},
    ).fetchall()
    if small:
        name, n_customers = small[0]
        raise PublishingError(
            f"The segment '{name}' has {n_customers} customers, fewer than `minimum_published_customers` "
            f"({minimum_customers}): choose fewer segments with `n_segments`, or lower that var."
        )


def column_names(connection: duckdb.DuckDBPyConnection, source: Schema, table: str) -> list[str]:
    """The names of a mart's columns."""
    return [row[0] for row in connection.execute(f"describe {source.table(table)}").fetchall()]
