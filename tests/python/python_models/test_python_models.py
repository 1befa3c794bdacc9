"""Relations in, arrays and tables out: order, types and empty input."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import numpy as np
import pytest

from python_models import (
    K_SCAN_SCHEMA,
    SCORE_SCHEMA,
    SEGMENT_MODEL_SCHEMA,
    customer_arrays,
    fetch_rows,
    imputation_table,
    k_scan_table,
    outlier_table,
    run_clusterings,
    score_table,
    segment_model_table,
    tier_table,
)
from segmentation.k_scan import scan_k
from segmentation.model import SegmentModel, fit_segment_model

FEATURES = ["recency_days", "frequency", "monetary"]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(
            """
            create table customer_rfm as
            select
                'c' || lpad(i::varchar, 3, '0') as customer_id,
                (case when i < 60 then 5 + i % 7 else 200 + i % 50 end)::integer as recency_days,
                (case when i < 60 then 12 + i % 5 else 1 + i % 2 end)::bigint as frequency,
                (case when i < 60 then 900 + i else 40 + i % 9 end)::decimal(18, 2) as monetary,
                i % 10 = 0 as is_outlier
            from range(120) as numbers(i)
            order by hash(i)
            """
        )
        yield connection


@pytest.fixture
def model(connection: duckdb.DuckDBPyConnection) -> SegmentModel:
    customers = customer_arrays(connection.table("customer_rfm"), FEATURES)
    playbook = [
        {
            "segment_key": name.lower(),
            "segment_name": name,
            "value_order": order,
            "recency_z": -z,
            "frequency_z": z,
            "monetary_z": z,
        }
        for order, (name, z) in enumerate([("Best", 1.0), ("Rest", -1.0)], start=1)
    ]
    return fit_segment_model(
        customers.values,
        features=FEATURES,
        kind="log1p",
        n_segments=2,
        random_seed=1,
        monetary_for_order=customers.monetary,
        playbook=playbook,
    )


def test_customers_come_in_order_of_their_id(connection: duckdb.DuckDBPyConnection) -> None:
    customers = customer_arrays(connection.table("customer_rfm"), ["monetary", "frequency"])
    assert customers.ids.to_pylist() == sorted(customers.ids.to_pylist())
    assert customers.values[0].tolist() == [900.0, 12.0]
    assert customers.monetary[60] == 40 + 60 % 9


def test_outliers_are_left_out_of_a_fit_only(connection: duckdb.DuckDBPyConnection) -> None:
    relation = connection.table("customer_rfm")
    assert len(customer_arrays(relation, FEATURES, outliers="exclude_from_fit").ids) == 120
    assert len(customer_arrays(relation, FEATURES, for_fit=True).ids) == 120
    assert len(customer_arrays(relation, FEATURES, for_scan=True, outliers="exclude_from_fit").ids) == 120
    assert len(customer_arrays(relation, FEATURES, for_fit=True, outliers="exclude_from_fit").ids) == 108


@pytest.mark.parametrize("purpose", ["for_fit", "for_scan"])
def test_a_large_fit_takes_the_smallest_md5(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch, purpose: str
) -> None:
    monkeypatch.setattr("python_models.customers.LARGEST_FIT", 10)
    fitted = customer_arrays(connection.table("customer_rfm"), FEATURES, **{purpose: True})
    expected = connection.sql(
        "select customer_id from customer_rfm order by md5(customer_id) limit 10"
    ).fetchall()
    assert fitted.ids.to_pylist() == sorted(row[0] for row in expected)


def test_a_feature_name_is_no_sql(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.BinderException):
        customer_arrays(connection.table("customer_rfm"), ['monetary" as double) or cast("frequency'])


def test_a_missing_value_becomes_nan(connection: duckdb.DuckDBPyConnection) -> None:
    relation = connection.sql(
        "select 'a' as customer_id, null::double as income, 1.5::decimal(18, 2) as monetary"
    )
    assert np.isnan(customer_arrays(relation, ["income"]).values[0, 0])


def test_every_customer_is_scored_and_knows_a_way_up(
    connection: duckdb.DuckDBPyConnection, model: SegmentModel
) -> None:
    customers = customer_arrays(connection.table("customer_rfm"), FEATURES)
    rows = score_table(customers, model).to_pylist()
    assert [row["segment_id"] for row in rows] == [1] * 60 + [2] * 60
    assert {row["runner_up_segment_id"] for row in rows[:60]} == {2}
    assert all(row["step_feature"] is None and row["step_value"] is None for row in rows[:60])
    assert all(row["step_feature"] in FEATURES and row["step_value"] is not None for row in rows[60:])
    assert all(row["first_reason_feature"] != row["second_reason_feature"] for row in rows)


def test_a_model_survives_its_table(connection: duckdb.DuckDBPyConnection, model: SegmentModel) -> None:
    table = segment_model_table(model.to_rows())
    assert table.schema == SEGMENT_MODEL_SCHEMA
    connection.register("segment_model", table)
    read_back = SegmentModel.from_rows(fetch_rows(connection.table("segment_model")))
    assert read_back is not None
    assert read_back.model_version == model.model_version


def test_figures_that_could_not_be_measured_are_null() -> None:
    z = np.zeros((5, 2))
    table = k_scan_table(scan_k(z, np.ones(5), random_seed=0, k_candidates=[2, 3]))
    assert table.schema == K_SCAN_SCHEMA
    assert table["silhouette"].to_pylist() == [None, None]


def test_without_customers_there_are_typed_empty_tables(
    connection: duckdb.DuckDBPyConnection, model: SegmentModel
) -> None:
    nobody = customer_arrays(connection.table("customer_rfm").filter("false"), FEATURES)
    assert score_table(nobody, model).schema == SCORE_SCHEMA
    assert len(score_table(nobody, None)) == 0
    assert len(run_clusterings(nobody, model, methods=["ward"], random_seed=0)) == 0
    assert len(segment_model_table([])) == 0
    assert len(outlier_table(nobody, np.zeros(0, dtype=bool))) == 0


def test_clusterings_keep_the_order_of_the_customers(
    connection: duckdb.DuckDBPyConnection, model: SegmentModel
) -> None:
    customers = customer_arrays(connection.table("customer_rfm"), FEATURES)
    rows = run_clusterings(customers, model, methods=["ward"], random_seed=0).to_pylist()
    assert [row["method"] for row in rows] == ["kmeans", "ward"]
    assert rows[0]["labels"] == [1] * 60 + [2] * 60
    assert rows[1]["labels"] == [2] * 60 + [1] * 60 or rows[1]["labels"] == [1] * 60 + [2] * 60
    assert rows[0]["agreeing_methods"] == [1] * 120
    assert rows[0]["seconds"] is None


def test_known_values_are_not_touched_by_imputation(connection: duckdb.DuckDBPyConnection) -> None:
    records = connection.sql(
        """
        select customer_id, recency_days, frequency,
            case when customer_id = 'c007' then null else monetary end as monetary
        from customer_rfm
        """
    )
    rows = {row["customer_id"]: row for row in imputation_table(records, random_seed=0).to_pylist()}
    assert rows["c008"]["monetary"] == 908.0
    assert 900 <= rows["c007"]["monetary"] < 960


def test_tiers_follow_revenue(connection: duckdb.DuckDBPyConnection) -> None:
    revenue = connection.sql(
        """
        select
            dimension, 'k' || i as revenue_key, (10 ** (i // 4))::decimal(18, 2) as revenue,
            i as n_orders, i as n_customers,
            5.00 as avg_order_value, null::double as return_rate
        from range(12) as numbers(i)
        cross join (values ('country'), ('product')) as dimensions(dimension)
        where dimension = 'country' or i = 0
        """
    )
    rows = tier_table(revenue, random_seed=0).to_pylist()
    tiers = {row["revenue_key"]: row["tier"] for row in rows if row["dimension"] == "country"}
    # The one product stands among its like, and is the best of them.
    assert [row["tier"] for row in rows if row["dimension"] == "product"] == [1]
    assert tiers["k11"] == 1
    assert tiers["k0"] == max(tiers.values())
