"""Customers of a mart as arrays, in an order that no engine or thread count can change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mart_arrays.relations import Relation, as_relation, filled, joined, quoted

FloatArray = NDArray[np.float64]

# Most customers a fit uses; beyond it those with the smallest md5(customer_id), the same on every engine.
LARGEST_FIT = 200_000


@dataclass(frozen=True)
class CustomerArrays:
    """Customers in order of their id.

    ids (n,) are text, values (n, d) in the features' own units, monetary (n,) in the shop's currency.
    """

    ids: NDArray[np.object_]
    values: FloatArray
    monetary: FloatArray


def customer_arrays(
    customers: Any,
    features: Sequence[str],
    *,
    for_fit: bool = False,
    outliers: str = "keep",
) -> CustomerArrays:
    """Columns `features` of a relation with customer_id and monetary.

    With `for_fit` at most LARGEST_FIT customers, and with `outliers` = 'exclude_from_fit' none whose
    is_outlier is true. Raises duckdb.BinderException where a feature is no column of the relation.
    """
    relation = as_relation(customers)
    if for_fit and outliers == "exclude_from_fit":
        relation = relation.filter("not is_outlier")
    if for_fit:
        relation = relation.order("md5(customer_id), customer_id").limit(LARGEST_FIT)
    numbered = [f"cast({quoted(feature)} as double) as feature_{i}" for i, feature in enumerate(features)]
    columns = relation.project(
        ", ".join(["customer_id", *numbered, "cast(monetary as double) as monetary_value"])
    )
    arrays = columns.order("customer_id").fetchnumpy()
    values = [filled(arrays[f"feature_{i}"]) for i in range(len(features))]
    return CustomerArrays(
        ids=np.asarray(arrays["customer_id"], dtype=object),
        values=np.column_stack(values),
        monetary=np.asarray(arrays["monetary_value"], dtype=np.float64),
    )


def flagged_features(features: Any, outliers: Any) -> Relation:
    """The customers of int_customer_features with the flag of int_customer_outliers."""
    return joined(as_relation(features), as_relation(outliers), "customer_id")
