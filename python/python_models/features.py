"""The features that K-Means sees, without gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from python_models.customers import all_customer_arrays
from python_models.relations import as_relation, fetch_rows, from_arrow, joined
from segmentation.imputation import impute_missing
from segmentation.kmeans import FloatArray
from sql_text import quoted_identifier


def feature_names(features: Any) -> list[str]:
    """Names of the rows of int_segmentation_features, in their order."""
    return [row["feature"] for row in fetch_rows(as_relation(features).order("position"))]


def with_imputed_features(session: Any, observed: Any, features: Any, *, random_seed: int) -> Any:
    """The customers of `observed` with every feature filled; the relation itself where nothing is missing.

    `features` are rows of int_segmentation_features. Only attributes can be missing here. A missing level of
    a text column becomes the one most common among the nearest customers, ties by alphabet.

    Raises segmentation.imputation.FeatureWithoutValuesError where no customer has a value of a feature.
    """
    relation = as_relation(observed)
    described = fetch_rows(as_relation(features).order("position"))
    gaps = [row["feature"] for row in described if row["is_attribute"]]
    missing = " or ".join(f"{quoted_identifier(name)} is null" for name in gaps)
    if not gaps or relation.filter(missing).limit(1).fetchone() is None:
        return observed
    names = [row["feature"] for row in described]
    customers = all_customer_arrays(relation, names, "Filling missing attributes")
    imputation = impute_missing(customers.values, names, random_seed=random_seed)
    values = _one_level_each(imputation.values, described)
    imputed = pa.table(
        [customers.ids, *[pa.array(values[:, names.index(name)]) for name in gaps]],
        names=["customer_id", *gaps],
    )
    known = relation.project(
        ", ".join(quoted_identifier(column) for column in relation.columns if column not in gaps)
    )
    return joined(known, from_arrow(session, imputed), "customer_id").to_arrow_table()


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
