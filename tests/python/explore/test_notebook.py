"""The notebook, run from top to bottom on a small published build.

Skipped with a reason where marimo is not installed.
"""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest

SEGMENTS = {"Champions": (5, 20, 8000.0), "Steady": (40, 5, 700.0), "Lost": (300, 1, 60.0)}


@pytest.fixture
def notebook(repo_root: Path) -> ModuleType:
    pytest.importorskip("marimo", reason="marimo is not installed: make test installs it")
    path = repo_root / "python" / "explore" / "segments.py"
    spec = importlib.util.spec_from_file_location("segments_notebook", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sixty customers in three segments that K-Means finds again, in the columns that the notebook reads."""
    folder = tmp_path / "published"
    folder.mkdir()
    rows = [
        (f"{name} {number}", name, recency + number % 5, frequency + number % 2, monetary + number)
        for name, (recency, frequency, monetary) in SEGMENTS.items()
        for number in range(20)
    ]
    with duckdb.connect(str(folder / "segments.duckdb")) as connection:
        connection.execute(
            """
            create table customers (
                customer_id varchar, segment_name varchar, recency_days integer, frequency bigint,
                monetary decimal(18, 2)
            )
            """
        )
        connection.executemany("insert into customers values (?, ?, ?, ?, ?)", rows)
        connection.execute(
            """
            create table customer_rfm as select * exclude (segment_name) from customers;
            create table customer_segments as select customer_id, segment_name from customers;
            create table segment_profiles as
            select
                segment_name, count(*) as n_customers, 1 / 3 as share_of_customers, sum(monetary) as revenue,
                1 / 3 as share_of_revenue, 1 as median_recency_days, 1 as median_frequency,
                1 as median_monetary, '' as rule, '' as recommended_action,
                row_number() over (order by sum(monetary) desc) as value_rank
            from customers group by segment_name;
            create table segment_model as
            select ['recency_days', 'frequency', 'monetary'] as features, 'log1p' as feature_transform,
                1 as version_number;
            create table segment_k_scan as
            select k, 100.0 / k as inertia, 0.5 as silhouette, 0.2 as null_silhouette_max, k = 3 as is_chosen
            from range(2, 11) as candidates (k);
            drop table customers;
            """
        )
    monkeypatch.setenv("SEGMENTATION_PUBLISHED", str(folder))
    return folder


def test_at_the_published_number_every_customer_stays(notebook: ModuleType, published: Path) -> None:
    _, values = notebook.app.run()
    assert values["k"].value == 3
    assert values["together"] == 1
    assert values["crosstab"].to_numpy().sum() == 60


def test_another_number_moves_customers(notebook: ModuleType, published: Path) -> None:
    class Slider:
        value = 6

    found: dict[str, Any] = notebook.app.run(defs={"k": Slider(), "published_k": 3})[1]
    assert found["crosstab"].shape == (3, 6)
    assert 0.5 <= found["together"] < 1
