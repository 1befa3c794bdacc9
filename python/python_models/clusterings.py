"""Every clustering method of a run as one Arrow table, labels included."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from python_models.customers import CustomerArrays, are_too_many, customer_arrays
from segmentation.clustering_methods import agreeing_methods, compare_methods, run_method
from segmentation.kmeans import nearest_two
from segmentation.model import SegmentModel

LOGGER = logging.getLogger(__name__)

RUN_SCHEMA = pa.schema(
    [
        ("method", pa.string()),
        ("n_clusters", pa.int32()),
        ("silhouette", pa.float64()),
        ("noise_share_of_customers", pa.float64()),
        ("noise_share_of_revenue", pa.float64()),
        ("adjusted_rand_index", pa.float64()),
        ("seconds", pa.float64()),
        ("rows_fitted", pa.int64()),
        ("status", pa.string()),
        ("error", pa.string()),
        ("labels", pa.list_(pa.int32())),
        ("agreeing_methods", pa.list_(pa.int32())),
    ]
)


def compare_clusterings(
    customers: Any, model: SegmentModel | None, *, methods: Sequence[str], random_seed: int
) -> pa.Table:
    """As `run_clusterings`, of the customers of a relation; no rows where they are too many for a driver."""
    if model is None or are_too_many(customers):
        return RUN_SCHEMA.empty_table()
    arrays = customer_arrays(customers, model.features)
    return run_clusterings(arrays, model, methods=methods, random_seed=random_seed)


def run_clusterings(
    customers: CustomerArrays, model: SegmentModel | None, *, methods: Sequence[str], random_seed: int
) -> pa.Table:
    """One row per method, K-Means first: figures, and labels (n,) in the order of the customer ids.

    Labels of K-Means are segment ids, those of other methods count from 1; noise is null. A method that
    failed has no labels. `seconds`, to a tenth, is the only figure that differs between two builds.
    Without methods or without customers the table has no rows.
    """
    if model is None or not methods or not len(customers.ids):
        return RUN_SCHEMA.empty_table()
    z = model.transformer.transform(customers.values)
    kmeans_labels = nearest_two(z, model.centroids).first
    results, seconds = [], [math.nan]
    for method in methods:
        start = time.perf_counter()
        results.append(
            run_method(method, z, customers.monetary, len(model.segment_ids), random_seed=random_seed)
        )
        seconds.append(round(time.perf_counter() - start, 1))
        LOGGER.info("%s: %s, %.1f s", method, results[-1].status, seconds[-1])
    comparisons = compare_methods(
        z,
        customers.monetary,
        kmeans_labels,
        results,
        random_seed=random_seed,
        kmeans_rows_fitted=model.n_customers_fitted,
    )
    agreeing = agreeing_methods(kmeans_labels, results).tolist()
    segment_ids = np.array(model.segment_ids)[kmeans_labels].tolist()
    labels = [segment_ids, *[_labels(result.labels) for result in results]]
    rows = []
    for comparison, method_seconds, method_labels in zip(comparisons, seconds, labels, strict=True):
        row: dict[str, Any] = asdict(comparison) | {"seconds": method_seconds, "labels": method_labels}
        row["agreeing_methods"] = None if method_labels is None else agreeing
        rows.append({name: None if _is_nan(value) else value for name, value in row.items()})
    return pa.Table.from_pylist(rows, schema=RUN_SCHEMA)


def _labels(labels: NDArray[np.int64] | None) -> list[int | None] | None:
    return None if labels is None else [None if label < 0 else label + 1 for label in labels.tolist()]


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)
