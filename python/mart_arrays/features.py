"""The features that K-Means sees, without gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from mart_arrays.customers import customer_arrays, fetch_rows
from segmentation.imputation import impute_missing
from segmentation.kmeans import FloatArray


def feature_names(features: duckdb.DuckDBPyRelation) -> list[str]:
    """Names of the rows of int_segmentation_features, in their order."""
    return [row["feature"] for row in fetch_rows(features.order("position"))]


def with_imputed_features(
    session: duckdb.DuckDBPyConnection,
    observed: duckdb.DuckDBPyRelation,
    features: duckdb.DuckDBPyRelation,
    *,
    random_seed: int,
) -> duckdb.DuckDBPyRelation | pa.Table:
    """The customers of `observed` with every feature filled; the relation itself where nothing is missing.

    `features` are rows of int_segmentation_features. Only attributes can be missing here. A missing level of
    a text column becomes the one most common among the nearest customers, ties by alphabet.

    Raises segmentation.imputation.FeatureWithoutValuesError where no customer has a value of a feature.
    """
    described = fetch_rows(features.order("position"))
    gaps = [row["feature"] for row in described if row["is_attribute"]]
    missing = " or ".join(f"{_quoted(name)} is null" for name in gaps)
    if not gaps or observed.filter(missing).limit(1).fetchone() is None:
        return observed
    names = [row["feature"] for row in described]
    customers = customer_arrays(observed, names)
    imputation = impute_missing(customers.values, names, random_seed=random_seed)
    values = _one_level_each(imputation.values, described)
    imputed = pa.table(
        [pa.array(customers.ids, pa.string()), *[pa.array(values[:, names.index(name)]) for name in gaps]],
        names=["customer_id", *gaps],
    )
    kept = [_quoted(column) for column in observed.columns if column not in gaps]
    filled = ", ".join([*[f"observed.{column}" for column in kept], *[f"imputed.{_quoted(g)}" for g in gaps]])
    return session.from_arrow(
        observed.set_alias("observed")
        .join(session.from_arrow(imputed).set_alias("imputed"), "observed.customer_id = imputed.customer_id")
        .project(filled)
        .to_arrow_table()
    )


def _one_level_each(values: FloatArray, described: Sequence[Mapping[str, Any]]) -> FloatArray:
    """Of the features of one text column the largest becomes 1 and the others 0; (n, d)."""
    values = values.copy()
    columns: dict[str, list[int]] = {}
    for position, row in enumerate(described):
        if row["level"] is not None:
            columns.setdefault(row["column_name"], []).append(position)
    for positions in columns.values():
        largest = np.argmax(values[:, positions], axis=1)
        values[:, positions] = np.eye(len(positions))[largest]
    return values


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
