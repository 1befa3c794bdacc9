"""Missing recency, frequency and monetary values of customer records."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from python_models.customers import LARGEST_FIT, are_too_many
from python_models.relations import as_relation, filled
from segmentation.imputation import impute_missing

MEASURES = ("recency_days", "frequency", "monetary")
IMPUTED_SCHEMA = pa.schema([("customer_id", pa.string()), *[(measure, pa.float64()) for measure in MEASURES]])


def imputation_table(records: Any, *, random_seed: int) -> Any:
    """One row per customer record with every value there is or imputed, in order of the customer id.

    Raises FeatureWithoutValuesError where no record has a value of a measure.
    """
    relation = as_relation(records)
    columns = ", ".join(["customer_id", *[f"cast({measure} as double) as {measure}" for measure in MEASURES]])
    if are_too_many(records):
        missing = relation.filter(" or ".join(f"{measure} is null" for measure in MEASURES))
        if missing.limit(1).fetchone() is None:
            return relation.project(columns).rows
        raise ValueError(
            f"Filling missing measures needs all records at once, and on Spark there may be {LARGEST_FIT:,} "
            "at most: fill the values before, or build on DuckDB."
        )
    arrays = relation.project(columns).order("customer_id").fetchnumpy()
    if not len(arrays["customer_id"]):
        return IMPUTED_SCHEMA.empty_table()
    values = np.column_stack([filled(arrays[measure]) for measure in MEASURES])
    imputed = impute_missing(values, MEASURES, random_seed=random_seed).values
    ids = pa.array(np.asarray(arrays["customer_id"], dtype=object), pa.string())
    return pa.table([ids, *[pa.array(imputed[:, i]) for i in range(len(MEASURES))]], schema=IMPUTED_SCHEMA)
