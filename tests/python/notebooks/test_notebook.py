"""The notebook, run from top to bottom on a small published database.

Skipped with a reason where marimo is not installed.
"""

import csv
import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
import yaml

from segmentation.model import SegmentModel, fit_segment_model

FEATURES = ("recency_days", "frequency", "monetary")
# Centres of three groups of customers in days, orders and GBP, best first.
CENTRES = ((5, 20, 8000), (40, 5, 700), (300, 1, 60))
# Twenty customers about each centre.
VALUES = np.array([np.add(CENTRES[n // 20], (n % 5, n % 2, n)) for n in range(60)], dtype=np.float64)
MARTS = ("customer_rfm", "customer_segments", "segment_model", "segment_profiles", "segment_k_scan")

Run = Callable[[], dict[str, Any]]


@pytest.fixture
def run(repo_root: Path) -> Run:
    """Runs every cell as `marimo export` does and returns what they define."""
    pytest.importorskip("marimo", reason="marimo is not installed: make test installs it")
    path = repo_root / "python" / "notebooks" / "segments.py"
    spec = importlib.util.spec_from_file_location("segments_notebook", path)
    assert spec is not None and spec.loader is not None
    notebook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(notebook)
    return lambda: dict(notebook.app.run()[1])


@pytest.fixture(scope="module")
def declared(repo_root: Path) -> dict[str, dict[str, str]]:
    """Names and types of the columns of the marts, as their models declare them."""
    described = [
        model
        for path in sorted((repo_root / "models" / "marts").rglob("*__models.yml"))
        for model in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["models"]
        if model["name"] in MARTS
    ]
    return {m["name"]: {column["name"]: column["data_type"] for column in m["columns"]} for m in described}


@pytest.fixture(scope="module")
def model(repo_root: Path) -> SegmentModel:
    """Three segments of the customers."""
    with (repo_root / "seeds" / "segment_playbook.csv").open(encoding="utf-8", newline="") as file:
        playbook = list(csv.DictReader(file))
    return fit_segment_model(
        VALUES,
        features=FEATURES,
        kind="log1p",
        n_segments=3,
        random_seed=42,
        monetary_for_order=VALUES[:, 2],
        playbook=playbook,
    )


@pytest.fixture
def published(
    tmp_path: Path,
    declared: dict[str, dict[str, str]],
    model: SegmentModel,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """A published database; columns that the notebook does not show are null in it."""
    monkeypatch.setenv("SEGMENTATION_PUBLISHED", str(tmp_path))
    path = tmp_path / "segments.duckdb"
    names = model.segment_names
    customers = [
        {"customer_id": f"C{number:02d}", **dict(zip(FEATURES, row, strict=True))}
        for number, row in enumerate(VALUES.tolist())
    ]
    rows = {
        "customer_rfm": customers,
        "customer_segments": [
            {**row, "segment_name": names[number // 20]} for number, row in enumerate(customers)
        ],
        "segment_model": model.to_rows(),
        "segment_profiles": [
            {"segment_name": name, "value_rank": rank, "n_customers": 20, "share_of_customers": 1 / 3}
            for rank, name in enumerate(names, start=1)
        ],
        "segment_k_scan": [
            {"k": k, "inertia": 100 / k, "is_elbow": k == 3, "is_chosen": k == 3, "verdict": "3 segments."}
            for k in range(2, 11)
        ],
    }
    with duckdb.connect(str(path)) as marts:
        for table in MARTS:
            columns = ", ".join(f'"{name}" {data_type}' for name, data_type in declared[table].items())
            marts.execute(f"create table {table} ({columns})")
            marts.from_arrow(pa.Table.from_pylist(rows[table])).create_view("made")
            marts.execute(f"insert into {table} by name from made; drop view made")
    return path


def slider_at(k: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The notebook opens with its slider at k."""
    import marimo

    slider = marimo.ui.slider
    monkeypatch.setattr(marimo.ui, "slider", lambda *bounds, **rest: slider(*bounds, **{**rest, "value": k}))


def test_the_published_number_moves_nobody(run: Run, published: Path) -> None:
    found = run()
    assert found["k"].value == 3
    assert found["share_changed"] == 0
    assert found["crosstab"].to_numpy().tolist() == [[20, 0, 0], [0, 20, 0], [0, 0, 20]]
    before, after = found["silhouettes"]
    assert before == after > 0.7


def test_fewer_segments_move_those_whose_segment_disappears(
    run: Run, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slider_at(2, monkeypatch)
    found = run()
    assert found["crosstab"].to_numpy().sum() == 60
    assert found["share_changed"] == pytest.approx(1 / 3)
    before, after = found["silhouettes"]
    assert after < before


def test_more_segments_keep_the_published_names_and_add_new_ones(
    run: Run, published: Path, model: SegmentModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    slider_at(6, monkeypatch)
    found = run()
    columns = list(found["crosstab"].columns)
    assert columns[:3] == list(model.segment_names)
    assert len(set(columns)) == 6
    assert found["crosstab"].to_numpy().sum() == 60
    assert 0 < found["share_changed"] < 1


def test_without_a_published_database_nothing_is_drawn(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEGMENTATION_PUBLISHED", str(tmp_path))
    assert "marts" not in run()


def test_without_segments_nothing_is_drawn(run: Run, published: Path) -> None:
    with duckdb.connect(str(published)) as marts:
        marts.execute("delete from segment_profiles")
        marts.execute("delete from segment_model")
    assert "model" not in run()


def test_a_feature_outside_the_mart_leaves_the_refit_out(run: Run, published: Path) -> None:
    with duckdb.connect(str(published)) as marts:
        marts.execute("update segment_model set features = ['recency_days', 'frequency', 'gender_f']")
    found = run()
    assert "customer_map" in found
    assert "share_changed" not in found
