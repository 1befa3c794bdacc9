"""Between the marts in DuckDB or Spark and the arrays that `segmentation` works on.

Numbers leave the engine as floats only to be learned from; amounts of money never come back this way: the
models return labels and figures, and SQL joins them to the mart.
"""

from python_models.clusterings import compare_clusterings, run_clusterings
from python_models.customers import CustomerArrays, customer_arrays, flagged_features
from python_models.features import feature_names, with_imputed_features
from python_models.imputation import imputation_table
from python_models.pairing import pair_events
from python_models.relations import fetch_rows, fetch_value
from python_models.rules import RULE_SCHEMA, segment_rule_table
from python_models.tables import (
    DRIFT_SCHEMA,
    K_SCAN_SCHEMA,
    OUTLIER_SCHEMA,
    SCORE_SCHEMA,
    SEGMENT_MODEL_SCHEMA,
    drift_table,
    flag_outliers,
    k_scan_table,
    kept_k_scan,
    last_segment_model,
    outlier_table,
    score_customers,
    score_table,
    segment_model_table,
    tier_table,
)

__all__ = [
    "DRIFT_SCHEMA",
    "K_SCAN_SCHEMA",
    "OUTLIER_SCHEMA",
    "RULE_SCHEMA",
    "SCORE_SCHEMA",
    "SEGMENT_MODEL_SCHEMA",
    "CustomerArrays",
    "compare_clusterings",
    "customer_arrays",
    "drift_table",
    "feature_names",
    "fetch_rows",
    "fetch_value",
    "flag_outliers",
    "flagged_features",
    "imputation_table",
    "k_scan_table",
    "kept_k_scan",
    "last_segment_model",
    "outlier_table",
    "pair_events",
    "run_clusterings",
    "score_customers",
    "score_table",
    "segment_model_table",
    "segment_rule_table",
    "tier_table",
    "with_imputed_features",
]
