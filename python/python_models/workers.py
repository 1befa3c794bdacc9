"""Steps over every customer that run on Spark's workers, a batch at a time: the driver holds no customers.

Workers import this package and `segmentation`, so that a score is computed by the same code on both engines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from python_models.customers import CustomerArrays, arrays_of, columns_of
from python_models.relations import SparkRelation, filled

Answer = Callable[[CustomerArrays], pa.Table]


def on_every_customer(
    customers: SparkRelation, features: Sequence[str], answer: Answer, schema: pa.Schema
) -> Any:
    """A Spark data frame with `answer` to each batch of customers; `schema` is that of the answers."""
    from pyspark.sql.pandas.types import from_arrow_schema

    def answers(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield from answer(arrays_of(pa.Table.from_batches([batch]))).to_batches()

    rows = customers.project(columns_of(features)).rows
    return rows.mapInArrow(answers, from_arrow_schema(schema))


def means_by_label(labels: Any, n_labels: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Number and sum of `monetary` of each label from 0, each (n_labels,), added up by Spark."""
    counts, sums = np.zeros(n_labels), np.zeros(n_labels)
    summed = labels.groupBy("label").agg({"monetary": "sum", "*": "count"}).toArrow()
    found = filled(summed["label"].to_numpy()).astype(np.int64)
    counts[found] = filled(summed["count(1)"].to_numpy())
    sums[found] = filled(summed["sum(monetary)"].to_numpy())
    return counts, sums
