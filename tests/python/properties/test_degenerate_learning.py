"""Hardly any customers, all alike, or a feature that never changes: a typed result, and not one warning.

Missing and infinite values are no customers to learn from: one sentence says so.
"""

import csv
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from segmentation.clustering_methods import METHODS, compare_methods, run_method
from segmentation.drift import measure_drift
from segmentation.features import FeatureTransformer, TransformKind, robust_bounds
from segmentation.imputation import FeatureWithoutValuesError, impute_missing
from segmentation.k_scan import scan_k
from segmentation.model import SegmentModel
from segmentation.refit import FitSettings, fit_like, next_segment_model
from segmentation.scoring import score
from segmentation.tiers import value_tiers

FloatArray = npt.NDArray[np.float64]

PLAYBOOK_FILE = Path(__file__).resolve().parents[3] / "seeds" / "segment_playbook.csv"
POSITIONS = ("recency_z", "frequency_z", "monetary_z")
PLAYBOOK = [
    {name: float(cell) if name in POSITIONS else cell for name, cell in row.items()}
    for row in csv.DictReader(PLAYBOOK_FILE.read_text(encoding="utf-8").splitlines())
]
FEATURES = ("recency_days", "frequency", "monetary")
KINDS: tuple[TransformKind, ...] = ("log1p", "yeo_johnson", "none")

pytestmark = pytest.mark.filterwarnings("error")

few = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@st.composite
def customers(draw: st.DrawFn) -> FloatArray:
    """0 to 14 customers (n, 3), drawn from so few values that many are equal."""
    days = st.sampled_from((0.0, 1.0, 400.0, 36_500.0))
    orders = st.sampled_from((1.0, 2.0, 1e6))
    money = st.sampled_from((0.01, 5.0, 1e9, 1e16))
    rows = draw(st.lists(st.tuples(days, orders, money), max_size=14))
    return np.array(rows, dtype=np.float64).reshape(-1, 3)


def learned(values: FloatArray, kind: TransformKind, n_segments: int | None) -> SegmentModel:
    """Everything that a build learns from its customers; returns the model."""
    monetary = values[:, 2]
    transformer = FeatureTransformer(kind).fit(values)
    z = transformer.transform(values)
    assert np.isfinite(z).all()
    if len(values):
        transformed = transformer.transformed(values)
        assert robust_bounds(transformed).outside(transformed).shape == (len(values),)
    chosen = 1
    if len(values):
        scan = scan_k(z, monetary, random_seed=1, k_candidates=[2, 3, 5], n_segments=n_segments)
        assert scan.verdict.endswith(".")
        chosen = scan.chosen_k or 1
    model = next_segment_model(
        None,
        values,
        monetary,
        FitSettings(FEATURES, kind, chosen, 1),
        refit="auto",
        is_full_refresh=False,
        playbook=PLAYBOOK,
        as_of_date=None,
    )
    assert len(set(model.segment_names)) == len(model.segment_names)
    return model


@few
@example(np.empty((0, 3)), "log1p", None)
@example(np.ones((1, 3)), "log1p", 4)
@example(np.ones((9, 3)), "yeo_johnson", None)
@example(np.array([[1.0, 1.0, 5.0], [1.0, 1.0, 9.0]]), "none", 10)
@given(customers(), st.sampled_from(KINDS), st.sampled_from((None, 2, 4, 10)))
def test_few_and_equal_customers(values: FloatArray, kind: TransformKind, n_segments: int | None) -> None:
    model = learned(values, kind, n_segments)
    if len(values) == 0:
        return
    ranks = np.arange(1, len(model.segment_ids) + 1)
    scores = score(values, model.transformer, model.centroids, ranks)
    assert np.isfinite(scores.distance).all()
    assert ((scores.confidence >= 0) & (scores.confidence <= 1)).all()
    assert (np.isnan(scores.step_value) == (scores.step_feature == -1)).all()
    fresh = fit_like(model, values, values[:, 2])
    assert np.isfinite(measure_drift(model, fresh, values).population_stability_index).all()


@few
@given(customers(), st.sampled_from((1, 2, 4)))
def test_other_methods_report_what_they_cannot_do(values: FloatArray, n_clusters: int) -> None:
    monetary = values[:, 2]
    z = FeatureTransformer("log1p").fit(values).transform(values)
    results = [run_method(method, z, monetary, n_clusters, random_seed=1) for method in METHODS]
    for result in results:
        assert (result.labels is None) == (result.status == "failed")
        assert (result.error is None) == (result.status == "ok")
        assert result.labels is None or result.labels.shape == (len(values),)
    labels = np.zeros(len(values), dtype=np.int64)
    if len(values):
        compared = compare_methods(
            z, monetary, labels, results, random_seed=1, kmeans_rows_fitted=len(values)
        )
        assert len(compared) == len(METHODS) + 1


@few
@given(customers())
def test_tiers(values: FloatArray) -> None:
    tiers = value_tiers(values, values[:, 2], random_seed=1)
    assert tiers.shape == (len(values),)
    assert set(tiers.tolist()) == set(range(1, len(set(tiers.tolist())) + 1))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_missing_and_infinite_values_give_one_sentence(kind: TransformKind, value: float) -> None:
    values = np.ones((5, 3))
    values[3, 1] = value
    with pytest.raises(ValueError, match=r"^Feature 1 is .* in row 3: .*\.$"):
        FeatureTransformer(kind).fit(values)


def test_a_feature_without_any_value_gives_one_sentence() -> None:
    values = np.ones((5, 3))
    values[:, 1] = np.nan
    with pytest.raises(FeatureWithoutValuesError, match=r"^'frequency' has no usable value .*\.$"):
        impute_missing(values, FEATURES, random_seed=1)


@pytest.mark.parametrize("n_customers", [1, 2, 3])
def test_gaps_are_filled_from_whoever_is_there(n_customers: int) -> None:
    values = np.arange(1.0, 1 + n_customers * 3).reshape(n_customers, 3)
    values[0, 0] = np.nan if n_customers > 1 else 1.0
    imputed = impute_missing(values, FEATURES, random_seed=1)
    assert np.isfinite(imputed.values).all()
