"""The three recipes of docs/recipes.md, from vars alone, as they are typed: each is one `dbt build`.

The first two run on the shipped sample, up to the profiles and without data tests; the third is a whole build
on a file of customer records with gaps and outliers, drawn from three known segments.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

Build = Callable[..., Any]

MODELS = "segment_profiles score_customer"
RFM = "{n_segments: 3}"
SPEND_BY_FREQUENCY = "{segmentation_features: [monetary, frequency], n_segments: 4}"
RECORDS = "{{customer_records: {path}, outliers: exclude_from_fit, n_segments: 3}}"

# Median days since the last order, orders and money of each segment of the records.
MEDIANS = np.array([[10.0, 30.0, 9_000.0], [60.0, 6.0, 700.0], [300.0, 1.0, 60.0]])
CUSTOMERS_PER_SEGMENT = 150
MEASURES = ("recency", "frequency", "monetary")
# Order counts as a field that overflowed leaves them.
OUTLIERS = {"outlier 1": (5, 99_999, "40000.00"), "outlier 2": (70, 99_999, "650.00")}


@dataclass(frozen=True)
class Records:
    """A file of customer records; by customer, the segment drawn from and the measures that are missing."""

    path: Path
    segments: dict[str, int]
    missing: dict[str, list[str]]
    known_monetary: Decimal


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Records:
    generator = np.random.default_rng(3)
    path = tmp_path_factory.mktemp("records") / "rfm.csv"
    segments, missing, rows = {}, {}, []
    for segment in range(len(MEDIANS)):
        for number in range(CUSTOMERS_PER_SEGMENT):
            customer_id = f"{segment}{number:03}"
            recency, frequency, monetary = MEDIANS[segment] * generator.lognormal(0, 0.25, size=3)
            row = {
                "customer_id": customer_id,
                "recency": str(max(round(recency), 1)),
                "frequency": str(max(round(frequency), 1)),
                "monetary": f"{monetary:.2f}",
            }
            gaps = [MEASURES[generator.integers(3)]] if generator.uniform() < 0.1 else []
            rows.append(row | dict.fromkeys(gaps, ""))
            segments[customer_id], missing[customer_id] = segment, gaps
    for customer_id, values in OUTLIERS.items():
        rows.append({"customer_id": customer_id} | dict(zip(MEASURES, map(str, values), strict=True)))
        missing[customer_id] = []
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["customer_id", *MEASURES])
        writer.writeheader()
        writer.writerows(rows)
    known_monetary = sum((Decimal(row["monetary"]) for row in rows if row["monetary"]), Decimal(0))
    return Records(path, segments, missing, known_monetary)


@pytest.fixture(scope="module")
def rfm(build_models: Build) -> Any:
    return build_models("rfm", MODELS, "--vars", RFM)


@pytest.fixture(scope="module")
def spend_by_frequency(build_models: Build) -> Any:
    return build_models("spend by frequency", MODELS, "--vars", SPEND_BY_FREQUENCY)


@pytest.fixture(scope="module")
def from_records(dbt: Build, records: Records) -> Any:
    variables = RECORDS.format(path=records.path)
    return dbt("records", "build", "--vars", variables, "--exclude-resource-type", "unit_test")


def profiles_add_up(warehouse: Any, n_segments: int) -> None:
    """So many segments, the best mean spend first, with every customer and all the money."""
    profiles = warehouse.rows(
        "select segment_name, n_customers, revenue, mean_monetary from segment_profiles order by value_rank"
    )
    names, sizes, revenue, means = zip(*profiles, strict=True)
    assert len(set(names)) == len(profiles) == n_segments
    assert list(means) == sorted(means, reverse=True)
    mart = warehouse.rows("select count(*), sum(monetary) from customer_rfm")
    assert [(sum(sizes), sum(revenue))] == mart
    assert warehouse.value("select count(distinct customer_id) from customer_segments") == sum(sizes)


def test_the_page_has_these_commands(repo_root: Path) -> None:
    page = (repo_root / "docs" / "recipes.md").read_text(encoding="utf-8")
    for variables in (RFM, SPEND_BY_FREQUENCY, RECORDS.format(path="rfm.csv")):
        assert f"dbt build --vars '{variables}'\n" in page


def features_of_the_model(warehouse: Any) -> list[str]:
    return list(warehouse.value("select any_value(features) from segment_model"))


def test_recency_frequency_monetary_with_three_segments(rfm: Any) -> None:
    profiles_add_up(rfm, 3)
    assert features_of_the_model(rfm) == ["recency_days", "frequency", "monetary"]
    verdict = rfm.value("select any_value(verdict) from segment_k_scan")
    assert verdict.startswith("3 segments: set by hand (n_segments).")
    best, *others = rfm.rows(
        "select median_recency_days, median_frequency, share_of_revenue from segment_profiles "
        "order by value_rank"
    )
    assert all(best[0] < other[0] and best[1] > other[1] for other in others)
    assert best[2] > 0.5


def test_spend_by_frequency_with_four_segments(spend_by_frequency: Any) -> None:
    profiles_add_up(spend_by_frequency, 4)
    assert features_of_the_model(spend_by_frequency) == ["monetary", "frequency"]
    names = spend_by_frequency.rows("select lower(segment_name) from segment_profiles")
    assert all("monetary" in name and "frequency" in name for (name,) in names)
    # Recency plays no part: the same spend and orders, the same segment.
    assert (
        spend_by_frequency.rows(
            """
        select monetary, frequency
        from customer_segments
        group by all
        having count(distinct segment_id) > 1
        """
        )
        == []
    )
    # The scoring function takes exactly these features, in this order.
    assert (
        spend_by_frequency.value(
            """
            select count(*)
            from customer_segments
            cross join lateral (
                select segment_id as scored_id
                from score_customer(monetary::double, frequency)
            )
            where segment_id <> scored_id
            """
        )
        == 0
    )


def test_customer_records_with_gaps_and_outliers(from_records: Any, records: Records) -> None:
    profiles_add_up(from_records, 3)
    rows = from_records.rows(
        """
        select
            customer_id, segment_id, customer_segments.is_outlier,
            recency_days_imputed, frequency_imputed, monetary_imputed
        from customer_segments
        inner join customer_rfm using (customer_id)
        """
    )
    assert {row[0] for row in rows} == set(records.missing)
    for customer_id, _, is_outlier, *imputed in rows:
        assert is_outlier == (customer_id in OUTLIERS)
        assert imputed == [measure in records.missing[customer_id] for measure in MEASURES]

    found = {row[0]: row[1] for row in rows if row[0] not in OUTLIERS}
    known = [records.segments[customer_id] for customer_id in found]
    assert adjusted_rand_score(known, list(found.values())) >= 0.95


def test_outliers_have_a_segment_and_no_part_in_the_fit(from_records: Any) -> None:
    n_fitted = from_records.value("select distinct n_customers_fitted from segment_model")
    assert n_fitted == len(MEDIANS) * CUSTOMERS_PER_SEGMENT
    assert from_records.value("select count(*) from customer_segments where is_outlier") == len(OUTLIERS)


def test_known_amounts_stay_and_imputed_ones_are_like_those_of_their_segment(
    from_records: Any, records: Records
) -> None:
    known = "select sum(monetary) from customer_rfm where not monetary_imputed"
    assert from_records.value(known) == records.known_monetary
    imputed = from_records.rows("select customer_id, monetary from customer_rfm where monetary_imputed")
    assert len(imputed) > 5
    for customer_id, monetary in imputed:
        assert 0.4 < float(monetary) / MEDIANS[records.segments[customer_id], 2] < 2.5


def test_tables_of_invoices_are_empty_and_all_is_published(from_records: Any) -> None:
    for table in ("invoice_lines", "rejected_invoice_lines", "country_segments", "product_segments"):
        assert from_records.value(f"select count(*) from {table}") == 0
    assert (from_records.published / "customer_segments.parquet").is_file()
