"""Segments stated as rules, one row each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from python_models.customers import LARGEST_FIT
from python_models.relations import SparkRelation, as_relation, joined
from segmentation.segment_rules import rfm_units, segment_rules
from sql_text import quoted_identifier

RULE_SCHEMA = pa.schema(
    [
        ("segment_id", pa.int32()),
        ("rules", pa.string()),
        ("rules_fidelity", pa.float64()),
        ("overall_fidelity", pa.float64()),
    ]
)


def segment_rule_table(
    customers: Any,
    scores: Any,
    features: Sequence[str],
    *,
    currency: str,
    random_seed: int,
) -> pa.Table:
    """One row per segment that has customers: its rules, and how many of its customers they place in it.

    `customers` has customer_id and the columns `features`, `scores` customer_id and segment_id. A segment
    without a rule has null rules and a fidelity of 0. Without customers the table has no rows.
    """
    numbered = [
        f"cast({quoted_identifier(feature)} as double) as feature_{i}" for i, feature in enumerate(features)
    ]
    # Projected first, so that a feature may have any name.
    values_of = as_relation(customers).project(", ".join(["customer_id", *numbered]))
    segments_of = as_relation(scores).project("customer_id, segment_id")
    names = [*[f"feature_{i}" for i in range(len(features))], "segment_id"]
    both = joined(values_of, segments_of, "customer_id")
    if isinstance(both, SparkRelation):
        # More would not fit the driver; the customers of a fit stand for all.
        both = both.order("md5(customer_id), customer_id").limit(LARGEST_FIT)
    arrays = both.order("customer_id").project(", ".join(names)).fetchnumpy()
    segments = np.asarray(arrays["segment_id"], dtype=np.int64)
    if not len(segments):
        return RULE_SCHEMA.empty_table()
    values = np.column_stack([arrays[f"feature_{i}"] for i in range(len(features))])
    found = segment_rules(values, segments, features, random_seed=random_seed, units=rfm_units(currency))
    rows = [
        {
            "segment_id": segment,
            "rules": "; or ".join(rule.text for rule in found.rules if rule.segment == segment) or None,
            "rules_fidelity": fidelity,
            "overall_fidelity": found.fidelity,
        }
        for segment, fidelity in found.segment_fidelity.items()
    ]
    return pa.Table.from_pylist(rows, schema=RULE_SCHEMA)
