"""The customers: counted and added by DuckDB, sampled where single ones are drawn."""

from dataclasses import dataclass
from decimal import Decimal

import duckdb
import numpy as np
from numpy.typing import NDArray

from report.queries import Row, columns, row, rows, shortened
from report.text import masked
from sql_text import quoted_identifier, quoted_literal

RFM = ("recency_days", "frequency", "monetary")
# Single customers that the figures are drawn from, and how many of these the page holds.
SAMPLE_ROWS = 5_000
SHOWN_ROWS = 1_500
TOP_ROWS = 200
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
NUMBERS = ("INTEGER", "BIGINT", "DOUBLE", "DECIMAL", "HUGEINT", "SMALLINT", "FLOAT")
# Texts of single customers are shown in cells of a table.
CELL_LIMIT = 120


@dataclass(frozen=True)
class Sample:
    """Customers in order of the MD5 of their ids: the same ones in every build of the same input.

    `values` (n, d) holds `features`; `segment_ids` has shape (n,).
    """

    ids: list[str]
    segment_ids: NDArray[np.int64]
    features: list[str]
    values: NDArray[np.float64]
    monetary: list[Decimal]

    def column(self, feature: str) -> NDArray[np.float64]:
        """Values (n,) of one feature."""
        return self.values[:, self.features.index(feature)]


def make_customers(connection: duckdb.DuckDBPyConnection, model_features: list[str]) -> list[str]:
    """Join what the report asks of single customers into the temporary table `customers`.

    Returns:
        The features in it: recency, frequency, monetary, and those of the model that are published.
    """
    types = columns(connection, "customer_rfm")
    held = [name for name in model_features if types.get(name, "").startswith(NUMBERS)]
    features = [*RFM, *(name for name in held if name not in RFM)]
    attributes = [name for name in model_features if name not in types]
    if not columns(connection, "customer_attributes"):
        attributes = []
    listed = [f"rfm.{quoted_identifier(name)}" for name in features]
    listed += [f"attributes.{quoted_identifier(name)}" for name in attributes]
    joined = (
        f"left join ({attribute_query(attributes)}) as attributes using (customer_id)" if attributes else ""
    )
    connection.execute(
        f"""
        create temporary table customers as
        select
            customer_id, segments.segment_id, {", ".join(listed)},
            rfm.r_score, rfm.f_score, rfm.rfm_segment
        from customer_segments as segments
        inner join customer_rfm as rfm using (customer_id)
        {joined if attributes else ""}
        """
    )
    return features + attributes


def attribute_query(features: list[str]) -> str:
    """SQL for these features of customers: numbers, or 1 and 0 where one is named `attribute=level`."""
    measured = ", ".join(
        f"""
        coalesce(
            max(value_number) filter (attribute = {quoted_literal(feature)}),
            cast(max(attribute || '=' || value_text = {quoted_literal(feature)}) as double),
            0.0
        ) as {quoted_identifier(feature)}
        """
        for feature in features
    )
    return f"select customer_id, {measured} from customer_attributes group by customer_id"


def read_totals(connection: duckdb.DuckDBPyConnection) -> Row:
    """What all customers come to, from customer_rfm."""
    return row(
        connection,
        """
        select
            count(*) as n_customers,
            coalesce(sum(monetary), 0) as monetary,
            coalesce(sum(gross_monetary), 0) as gross_monetary,
            coalesce(sum(returned_monetary), 0) as returned_monetary,
            cast(coalesce(sum(frequency), 0) as bigint) as n_orders,
            cast(coalesce(sum(recency_days), 0) as bigint) as recency_days,
            min(first_order_date) as first_order_date,
            max(last_order_date) as last_order_date,
            count(*) filter (is_outlier) as n_outliers,
            count(*) filter (is_multi_country) as n_multi_country,
            count(*) filter (recency_days_imputed or frequency_imputed or monetary_imputed) as n_imputed
        from customer_rfm
        """,
    )


def read_quantiles(connection: duckdb.DuckDBPyConnection, features: list[str]) -> dict[str, list[Row]]:
    """For each feature one row per segment: the quantiles of all its customers, values that occur."""
    return {
        feature: rows(
            connection,
            f"""
            select segment_id, quantile_disc({quoted_identifier(feature)}, {list(QUANTILES)}) as quantiles
            from customers
            where {quoted_identifier(feature)} is not null
            group by segment_id order by segment_id
            """,
        )
        for feature in features
    }


def read_grid(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Customers and money per cell of recency and frequency scores: of each segment, and of all (id null)."""
    return rows(
        connection,
        """
        select
            segment_id, r_score, f_score, any_value(rfm_segment) as rfm_segment,
            count(*) as n_customers, sum(monetary) as monetary
        from customers
        group by grouping sets ((r_score, f_score), (segment_id, r_score, f_score))
        order by segment_id nulls first, r_score, f_score
        """,
    )


def read_sample(connection: duckdb.DuckDBPyConnection, features: list[str]) -> Sample:
    """The customers with the smallest MD5 of their ids; a missing value of a further feature is nan."""
    names = [quoted_identifier(feature) for feature in features]
    found = rows(
        connection,
        f"""
        select customer_id, segment_id, monetary as amount,
            [{", ".join(f"cast({name} as double)" for name in names)}] as measured
        from customers
        order by md5(customer_id), customer_id
        limit {SAMPLE_ROWS}
        """,
    )
    return Sample(
        ids=[masked(customer["customer_id"]) for customer in found],
        segment_ids=np.array([customer["segment_id"] for customer in found], dtype=np.int64),
        features=features,
        values=np.array([customer["measured"] for customer in found], dtype=np.float64).reshape(
            len(found), len(features)
        ),
        monetary=[customer["amount"] for customer in found],
    )


def read_top_customers(connection: duckdb.DuckDBPyConnection, text_limit: int) -> list[Row]:
    """The customers of highest monetary of each segment, best first; ties in order of the id."""
    limit = min(text_limit, CELL_LIMIT)
    # The amount of the last one shown is found first, so that only a few rows have to be sorted.
    found = rows(
        connection,
        f"""
        with

        shown_from as (
            select segment_id, list_min(max(monetary, {TOP_ROWS})) as monetary
            from customers group by segment_id
        ),

        top as (
            select customers.customer_id, customers.segment_id
            from customers
            inner join shown_from on customers.segment_id = shown_from.segment_id
            where customers.monetary >= shown_from.monetary
            qualify row_number() over (
                partition by customers.segment_id order by customers.monetary desc, customers.customer_id
            ) <= {TOP_ROWS}
        )

        select
            top.segment_id, segments.recency_days, segments.frequency, segments.monetary,
            segments.confidence, {shortened(["segments.reason", "segments.next_step"], limit)},
            {shortened(["rfm.country", "rfm.rfm_segment", "top.customer_id"], limit)}
        from top
        inner join customer_segments as segments on top.customer_id = segments.customer_id
        inner join customer_rfm as rfm on top.customer_id = rfm.customer_id
        order by segments.monetary desc, top.customer_id
        """,
    )
    return [customer | {"customer_id": masked(customer["customer_id"])} for customer in found]
