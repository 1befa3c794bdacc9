"""Results of `segmentation` as Arrow tables with fixed types: a table without rows has its columns too."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from python_models.customers import CustomerArrays, customer_arrays, unordered_customer_arrays
from python_models.relations import SparkRelation, as_relation, fetch_rows, filled, table_of
from python_models.workers import means_by_label, on_every_customer
from segmentation.drift import Drift
from segmentation.features import FeatureTransformer, TransformKind, robust_bounds
from segmentation.k_scan import KScan
from segmentation.kmeans import nearest_two
from segmentation.model import SegmentModel
from segmentation.scoring import score, steps_for
from segmentation.tiers import value_tiers

FIGURES = [
    "inertia",
    "silhouette",
    "silhouette_low",
    "silhouette_high",
    "silhouette_squared_euclidean",
    "davies_bouldin",
    "calinski_harabasz",
    "gap",
    "gap_standard_error",
    "worst_jaccard",
    "mean_jaccard",
    "mean_adjusted_rand_index",
    "null_silhouette_mean",
    "null_silhouette_max",
    "smallest_share_of_customers",
    "largest_share_of_revenue",
]
K_SCAN_SCHEMA = pa.schema(
    [
        ("k", pa.int32()),
        *[(name, pa.float64()) for name in FIGURES],
        ("is_elbow", pa.bool_()),
        ("is_eligible", pa.bool_()),
        ("is_chosen", pa.bool_()),
        ("rejection_reason", pa.string()),
        ("verdict", pa.string()),
    ]
)
SEGMENT_MODEL_SCHEMA = pa.schema(
    [
        ("model_version", pa.string()),
        ("version_number", pa.int32()),
        ("segment_id", pa.int32()),
        ("segment_key", pa.string()),
        ("segment_name", pa.string()),
        ("features", pa.list_(pa.string())),
        ("feature_transform", pa.string()),
        ("lambdas", pa.list_(pa.float64())),
        ("means", pa.list_(pa.float64())),
        ("scales", pa.list_(pa.float64())),
        ("centroid", pa.list_(pa.float64())),
        ("next_segment_id", pa.int32()),
        ("random_seed", pa.int64()),
        ("n_segments", pa.int32()),
        ("fitted_as_of", pa.date32()),
        ("n_customers_fitted", pa.int64()),
        ("inertia", pa.float64()),
        ("bin_cut_points", pa.list_(pa.list_(pa.float64()))),
        ("bin_shares", pa.list_(pa.list_(pa.float64()))),
        ("fitted_because", pa.string()),
        ("replaced_stability_index", pa.list_(pa.float64())),
        ("replaced_reassigned_share", pa.float64()),
        ("is_new_segment", pa.bool_()),
        ("disappeared_segment_keys", pa.list_(pa.string())),
    ]
)
DRIFT_SCHEMA = pa.schema(
    [
        ("feature", pa.string()),
        ("model_version", pa.string()),
        ("population_stability_index", pa.float64()),
        ("reassigned_share", pa.float64()),
        ("is_large", pa.bool_()),
    ]
)
OUTLIER_SCHEMA = pa.schema([("customer_id", pa.string()), ("is_outlier", pa.bool_())])
TIER_SCHEMA = pa.schema([("dimension", pa.string()), ("revenue_key", pa.string()), ("tier", pa.int32())])
LABEL_SCHEMA = pa.schema([("label", pa.int64()), ("monetary", pa.float64())])
SCORE_SCHEMA = pa.schema(
    [
        ("customer_id", pa.string()),
        ("segment_id", pa.int32()),
        ("distance_to_centroid", pa.float64()),
        ("runner_up_segment_id", pa.int32()),
        ("confidence", pa.float64()),
        ("first_reason_feature", pa.string()),
        ("first_reason_value", pa.float64()),
        ("second_reason_feature", pa.string()),
        ("second_reason_value", pa.float64()),
        ("step_feature", pa.string()),
        ("step_value", pa.float64()),
    ]
)


def k_scan_table(scan: KScan) -> pa.Table:
    """Table `segment_k_scan`; a figure that could not be measured is null."""
    return pa.Table.from_pylist([_without_nan(asdict(row)) for row in scan.rows], schema=K_SCAN_SCHEMA)


def kept_k_scan(session: Any, this: Any, refit: str) -> pa.Table | None:
    """The rows of `dbt.this`, the table `segment_k_scan`, where the model in force stays and they with it.

    None where the model may change, or where there is no scan or no model yet.
    """
    if refit != "never":
        return None
    scan, model = table_of(session, this), table_of(session, this, "segment_model")
    if scan is None or model is None or not fetch_rows(model):
        return None
    rows = fetch_rows(scan)
    return pa.Table.from_pylist(rows, schema=K_SCAN_SCHEMA) if rows else None


def last_segment_model(session: Any, this: Any) -> SegmentModel | None:
    """The last version in `dbt.this`, the table `segment_model`; None where there is no table, or no row.

    In a full refresh on Spark there is a copy of the table instead.
    """
    table = table_of(session, this)
    if table is None:
        table = table_of(session, this, f"{this.identifier}__kept")
    return None if table is None else SegmentModel.from_rows(fetch_rows(table))


def segment_model_table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows of `SegmentModel.to_rows` as the table `segment_model`."""
    return pa.Table.from_pylist([dict(row) for row in rows], schema=SEGMENT_MODEL_SCHEMA)


def drift_table(model: SegmentModel, drift: Drift) -> pa.Table:
    """One row per feature of the model in force: how far today's customers are from those of its fit."""
    shared = {
        "model_version": model.model_version,
        "reassigned_share": drift.reassigned_share,
        "is_large": drift.is_large,
    }
    index = drift.population_stability_index.tolist()
    rows = [
        {"feature": feature, "population_stability_index": value, **shared}
        for feature, value in zip(model.features, index, strict=True)
    ]
    return pa.Table.from_pylist(rows, schema=DRIFT_SCHEMA)


def flag_outliers(customers: Any, features: Sequence[str], feature_transform: TransformKind) -> Any:
    """One row per customer of a relation with a flag: an Arrow table, or on Spark a data frame.

    On Spark what is usual is learned from at most LARGEST_FIT customers.
    """
    relation = as_relation(customers)
    is_on_spark = isinstance(relation, SparkRelation)
    usual = (customer_arrays if is_on_spark else unordered_customer_arrays)(relation, features)
    if not len(usual.ids):
        return OUTLIER_SCHEMA.empty_table()
    transformer = FeatureTransformer(feature_transform).fit(usual.values)
    bounds = robust_bounds(transformer.transformed(usual.values))

    def flags(batch: CustomerArrays) -> pa.Table:
        return outlier_table(batch, bounds.outside(transformer.transformed(batch.values)))

    if isinstance(relation, SparkRelation):
        return on_every_customer(relation, features, flags, OUTLIER_SCHEMA)
    return flags(usual)


def outlier_table(customers: CustomerArrays, is_outlier: NDArray[np.bool_]) -> pa.Table:
    """One row per customer with a flag."""
    return pa.table([customers.ids, pa.array(is_outlier)], schema=OUTLIER_SCHEMA)


def score_customers(customers: Any, model: SegmentModel | None) -> Any:
    """One row per customer of a relation: an Arrow table, or on Spark a data frame that its workers fill."""
    relation = as_relation(customers)
    if model is None:
        return SCORE_SCHEMA.empty_table()
    if not isinstance(relation, SparkRelation):
        return score_table(unordered_customer_arrays(relation, model.features), model)
    labels = on_every_customer(relation, model.features, lambda batch: _labels(batch, model), LABEL_SCHEMA)
    value_rank = _rank_by_mean(*means_by_label(labels, len(model.segment_ids)))
    return on_every_customer(
        relation, model.features, lambda batch: _scores(batch, model, value_rank), SCORE_SCHEMA
    )


def score_table(customers: CustomerArrays, model: SegmentModel | None) -> pa.Table:
    """One row per customer: segment, runner-up, what sets the customer apart and the next step up."""
    if model is None or not len(customers.ids):
        return SCORE_SCHEMA.empty_table()
    return _scores(customers, model, _value_rank(customers, model))


def _labels(customers: CustomerArrays, model: SegmentModel) -> pa.Table:
    labels = nearest_two(model.transformer.transform(customers.values), model.centroids).first
    return pa.table([pa.array(labels), pa.array(customers.monetary)], schema=LABEL_SCHEMA)


def _scores(customers: CustomerArrays, model: SegmentModel, value_rank: NDArray[np.int64]) -> pa.Table:
    scores = score(
        customers.values, model.transformer, model.centroids, value_rank, steps=steps_for(model.features)
    )
    ids = np.array([*model.segment_ids, -1], dtype=np.int32)
    rows = np.arange(len(customers.values))

    def reason(place: int) -> tuple[pa.Array, pa.Array]:
        if place >= scores.reason_features.shape[1]:  # a second reason that there is not
            return pa.nulls(len(rows), pa.string()), pa.nulls(len(rows), pa.float64())
        features = scores.reason_features[:, place]
        return _names(model.features, features), pa.array(customers.values[rows, features], from_pandas=True)

    return pa.table(
        [
            customers.ids,
            pa.array(ids[scores.segment]),
            pa.array(scores.distance),
            pa.array(ids[scores.runner_up], mask=scores.runner_up < 0),
            pa.array(scores.confidence),
            *reason(0),
            *reason(1),
            _names(model.features, scores.step_feature),
            pa.array(scores.step_value, mask=scores.step_feature < 0),
        ],
        schema=SCORE_SCHEMA,
    )


def _names(features: Sequence[str], index: NDArray[np.int64]) -> pa.Array:
    """The name of each feature that an index (n,) points to; null for -1."""
    return pa.array(features, pa.string()).take(pa.array(index, mask=index < 0))


def _value_rank(customers: CustomerArrays, model: SegmentModel) -> NDArray[np.int64]:
    """Rank (k,) of each segment by mean monetary now, 1 the highest; ties and empty segments by id, last."""
    labels = nearest_two(model.transformer.transform(customers.values), model.centroids).first
    n_segments = len(model.segment_ids)
    counts = np.bincount(labels, minlength=n_segments)
    # Whole pennies add up to the same in every order.
    pennies = np.rint(100 * customers.monetary).astype(np.int64)
    sums = np.array([pennies[labels == segment].sum() for segment in range(n_segments)])
    return _rank_by_mean(counts, sums)


def _rank_by_mean(counts: NDArray[Any], sums: NDArray[Any]) -> NDArray[np.int64]:
    means = np.where(counts > 0, sums / np.maximum(counts, 1), -np.inf)
    rank = np.empty(len(means), dtype=np.int64)
    rank[np.argsort(-means, kind="stable")] = np.arange(1, len(means) + 1)
    return rank


def _without_nan(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: None if isinstance(value, float) and math.isnan(value) else value for name, value in row.items()
    }


def tier_table(revenue: Any, *, random_seed: int) -> pa.Table:
    """One row per row of int_revenue: its tier within its dimension (country or product), 1 the highest."""
    measures = ["revenue", "n_orders", "n_customers", "avg_order_value", "return_rate"]
    numbers = [f"coalesce(cast({measure} as double), 0) as {measure}" for measure in measures]
    relation = as_relation(revenue).project(", ".join(["dimension", "revenue_key", *numbers]))
    tables = [TIER_SCHEMA.empty_table()]
    for dimension in ("country", "product"):
        arrays = relation.filter(f"dimension = '{dimension}'").order("revenue_key").to_arrow_table()
        features = np.column_stack([filled(arrays[measure].to_numpy()) for measure in measures])
        tiers = value_tiers(features, features[:, 0], random_seed=random_seed)
        columns = [arrays["dimension"], arrays["revenue_key"], pa.array(tiers, pa.int32())]
        tables.append(pa.table(columns, schema=TIER_SCHEMA))
    return pa.concat_tables(tables)
