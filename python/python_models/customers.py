"""Customers of a mart as arrays, in an order that no engine or thread count can change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from python_models.relations import Relation, SparkRelation, as_relation, filled, joined
from sql_text import quoted_identifier

FloatArray = NDArray[np.float64]

# Most customers a fit uses; beyond it those with the smallest md5(customer_id), the same on every engine.
LARGEST_FIT = 200_000


@dataclass(frozen=True)
class CustomerArrays:
    """Customers, one entry or row each.

    ids (n,) are text, which only Arrow ever looks at; values (n, d) are in the features' own units, monetary
    (n,) is in the shop's currency.
    """

    ids: pa.ChunkedArray
    values: FloatArray
    monetary: FloatArray


def customer_arrays(
    customers: Any,
    features: Sequence[str],
    *,
    for_fit: bool = False,
    for_scan: bool = False,
    outliers: str = "keep",
) -> CustomerArrays:
    """Columns `features` of a relation with customer_id and monetary, in order of the ids.

    With `for_fit` or `for_scan` at most LARGEST_FIT customers, and with `for_fit` and `outliers` =
    'exclude_from_fit' none whose is_outlier is true. On Spark never more than LARGEST_FIT: more would not fit
    the driver, and the customers of a fit stand for all. Raises duckdb.BinderException where a feature is no
    column of the relation.
    """
    relation = as_relation(customers)
    if for_fit and outliers == "exclude_from_fit":
        relation = relation.filter("not is_outlier")
    if for_fit or for_scan or isinstance(relation, SparkRelation):
        relation = relation.order("md5(customer_id), customer_id").limit(LARGEST_FIT)
    return arrays_of(relation.project(columns_of(features)).order("customer_id").to_arrow_table())


def unordered_customer_arrays(customers: Any, features: Sequence[str]) -> CustomerArrays:
    """As `customer_arrays`, of every customer and in any order: for what is said of each customer alone."""
    return arrays_of(as_relation(customers).project(columns_of(features)).to_arrow_table())


def columns_of(features: Sequence[str]) -> str:
    """SQL of the columns that `arrays_of` reads: customer_id, each feature by its place, monetary."""
    numbered = [
        f"cast({quoted_identifier(feature)} as double) as feature_{i}" for i, feature in enumerate(features)
    ]
    return ", ".join(["customer_id", *numbered, "cast(monetary as double) as monetary_value"])


def arrays_of(columns: pa.Table) -> CustomerArrays:
    """Customers from a table with the columns of `columns_of`; a missing number is NaN."""
    ids, *values, monetary = columns.columns
    return CustomerArrays(
        ids=ids, values=np.column_stack([filled(value) for value in values]), monetary=filled(monetary)
    )


def all_customer_arrays(customers: Any, features: Sequence[str], purpose: str) -> CustomerArrays:
    """As `customer_arrays`, of every customer: `purpose` cannot do with some of them.

    Raises ValueError on Spark for more than LARGEST_FIT customers.
    """
    if are_too_many(customers):
        raise ValueError(
            f"{purpose} needs all customers at once, and on Spark there may be {LARGEST_FIT:,} at most: "
            "fill the values before, or build on DuckDB."
        )
    return customer_arrays(customers, features)


def are_too_many(customers: Any) -> bool:
    """Whether these rows of Spark are more than the driver should hold; never true of DuckDB's."""
    relation = as_relation(customers)
    return isinstance(relation, SparkRelation) and relation.rows.count() > LARGEST_FIT


def flagged_features(features: Any, outliers: Any) -> Relation:
    """The customers of int_customer_features with the flag of int_customer_outliers."""
    return joined(as_relation(features), as_relation(outliers), "customer_id")
