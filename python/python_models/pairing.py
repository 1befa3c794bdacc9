"""Pairs of returns and sales from the rows of int_return_events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from python_models.relations import SparkRelation, as_relation
from returns import ReturnPairing

PAIR_SCHEMA = pa.schema(
    [
        ("customer_id", pa.string()),
        ("product_code", pa.string()),
        ("sale_position", pa.int64()),
        ("return_position", pa.int64()),
        ("quantity", pa.int64()),
    ]
)
COLUMNS = "customer_id, product_code, cast(position as bigint) as position, is_return, quantity"
IN_ORDER = "customer_id, product_code, position"
# Events that are plain Python numbers at one time.
BATCH_EVENTS = 500_000


def pair_events(events: Any) -> Any:
    """One row per return and sale that it cancels: an Arrow table, or on Spark a data frame its workers fill.

    `events` are the rows of int_return_events; positions count from 1 within a customer and product.
    """
    relation = as_relation(events).project(COLUMNS)
    if isinstance(relation, SparkRelation):
        return _paired_on_workers(relation)
    return _paired(relation.order(IN_ORDER).to_arrow_table())


def _paired(events: pa.Table) -> pa.Table:
    """The pairs of events in order, each customer and product in one piece, as PAIR_SCHEMA."""
    position, quantity = (np.asarray(events[name], dtype=np.int64) for name in ("position", "quantity"))
    is_return = np.asarray(events["is_return"], dtype=np.bool_)
    pairing, batches = ReturnPairing(), []
    for start in range(0, len(position), BATCH_EVENTS):
        rows = slice(start, start + BATCH_EVENTS)
        batches.append(pairing.pairs(position[rows] == 1, is_return[rows], quantity[rows]))
    if not batches:
        return PAIR_SCHEMA.empty_table()
    sale, returned, pieces = (
        np.concatenate([getattr(pairs, name) for pairs in batches])
        for name in ("sale", "returned", "quantity")
    )
    keys = events.select(["customer_id", "product_code"]).take(pa.array(returned))
    columns = [*keys.columns, pa.array(position[sale]), pa.array(position[returned]), pa.array(pieces)]
    return pa.table(columns, schema=PAIR_SCHEMA)


def _paired_on_workers(relation: SparkRelation) -> Any:
    """The same, where all events of a customer are on one worker, in order."""
    from pyspark.sql.pandas.types import from_arrow_schema

    def paired_batches(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        events = list(batches)
        if events:
            yield from _paired(pa.Table.from_batches(events)).to_batches()

    rows = relation.rows.repartition("customer_id").sortWithinPartitions(*IN_ORDER.split(", "))
    return rows.mapInArrow(paired_batches, from_arrow_schema(PAIR_SCHEMA))
