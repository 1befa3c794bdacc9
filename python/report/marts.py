"""The small marts: build, segments, model, choice of k, other methods, ledger and movement."""

from dataclasses import dataclass
from typing import Any

import duckdb

from report.queries import Row, columns, row, rows, shortened
from report.text import Currency, clipped


@dataclass(frozen=True)
class Build:
    """Which build this is; `as_of_date` is None where the customers carry no dates."""

    build_id: str
    as_of_date: Any
    model_version: str | None
    currency: Currency


@dataclass(frozen=True)
class Model:
    """What turns features into z-scores, and the centroids (by segment_id) in these."""

    features: list[str]
    feature_transform: str
    lambdas: list[float] | None
    means: list[float]
    scales: list[float]
    centroids: dict[int, list[float]]
    random_seed: int
    fitted_as_of: Any
    n_customers_fitted: int


def read_build(connection: duckdb.DuckDBPyConnection) -> Build:
    """The build, from the table of one row that names it."""
    build = row(connection, "from published_build")
    return Build(build["build_id"], build["as_of_date"], build["model_version"], Currency(build["currency"]))


def read_segments(connection: duckdb.DuckDBPyConnection, text_limit: int) -> list[Row]:
    """One row of segment_profiles per segment, all its columns, best value first; long texts cut."""
    types = columns(connection, "segment_profiles")
    texts = [name for name, data_type in types.items() if data_type == "VARCHAR"]
    replaced = shortened(texts, text_limit)
    others = ", ".join(name for name in types if name not in texts)
    query = f"select {others}, {replaced} from segment_profiles order by value_rank, segment_id"
    segments = rows(connection, query)
    for segment in segments:
        for product in segment.get("top_products") or []:
            product["name"] = clipped(product["name"], text_limit)
    return segments


def read_model(connection: duckdb.DuckDBPyConnection) -> Model | None:
    """The current version of the segment model; None where there are no customers to fit one to."""
    found = rows(
        connection,
        """
        from segment_model
        where version_number = (select max(version_number) from segment_model)
        order by segment_id
        """,
    )
    if not found:
        return None
    first = found[0]
    return Model(
        features=first["features"],
        feature_transform=first["feature_transform"],
        lambdas=first["lambdas"],
        means=first["means"],
        scales=first["scales"],
        centroids={segment["segment_id"]: segment["centroid"] for segment in found},
        random_seed=first["random_seed"],
        fitted_as_of=first["fitted_as_of"],
        n_customers_fitted=first["n_customers_fitted"],
    )


def read_k_scan(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """One row per candidate k, in order."""
    return rows(connection, "from segment_k_scan order by k")


def read_methods(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """One row per clustering method, K-Means first; without its seconds, which differ from run to run."""
    if not columns(connection, "clustering_comparison"):
        return []
    return rows(
        connection,
        "select * exclude (seconds) from clustering_comparison order by method <> 'kmeans', method",
    )


def read_ledger(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """One row per cleaning rule, in order; none where nothing was counted in lines."""
    ledger = rows(connection, "from cleaning_ledger order by rule_number")
    return ledger if any(rule["lines_before"] for rule in ledger) else []


def read_cut_points(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """The values at which scores change, one row per measure and cut point."""
    return rows(connection, "from rfm_score_cut_points order by measure, cut_point_number")


def read_drift(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """How far each feature has moved since the fit, furthest first."""
    if not columns(connection, "segment_drift"):
        return []
    return rows(
        connection,
        "from segment_drift order by population_stability_index desc nulls last, feature",
    )


def read_migration(connection: duckdb.DuckDBPyConnection, text_limit: int) -> list[Row]:
    """Who moved up to this build, most customers first; none where no earlier date was recorded."""
    if not columns(connection, "segment_migration"):
        return []
    names = shortened(["from_segment_name", "to_segment_name"], text_limit)
    return rows(
        connection,
        f"""
        select
            as_of_date, previous_as_of_date, from_segment_id, to_segment_id, cause, n_customers, monetary,
            monetary_change, {names}
        from segment_migration
        where
            as_of_date = (select max(as_of_date) from customer_rfm)
            and previous_as_of_date is not null
        order by n_customers desc, from_segment_id, to_segment_id, cause
        """,
    )
