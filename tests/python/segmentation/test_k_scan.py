"""The scan as a whole: the real customers, data with a known answer, and data with hardly any customers."""

import warnings
from math import isnan

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from segmentation import k_scan
from segmentation.features import FeatureTransformer
from segmentation.k_scan import KScan, scan_k
from segmentation.kmeans import FloatArray, IntArray, fit_kmeans
from segmentation.null_models import Gap


@pytest.fixture(scope="module")
def real_scan(online_retail_rfm: FloatArray) -> KScan:
    """The real Online Retail file, gross, duplicates kept, log1p."""
    z = FeatureTransformer("log1p").fit(online_retail_rfm).transform(online_retail_rfm)
    return scan_k(z, online_retail_rfm[:, 2], random_seed=42)


def test_figures_of_the_real_customers(real_scan: KScan) -> None:
    rows = {row.k: row for row in real_scan.rows}
    assert list(rows) == list(range(2, 11))
    silhouettes = [rows[k].silhouette for k in range(2, 7)]
    assert silhouettes == pytest.approx([0.433, 0.337, 0.335, 0.318, 0.313], abs=0.005)
    assert rows[4].davies_bouldin == pytest.approx(1.016, abs=0.002)
    assert rows[4].calinski_harabasz == pytest.approx(3346, abs=1)
    assert rows[4].worst_jaccard == pytest.approx(0.87, abs=0.04)  # 20 resamples; more are in test_stability
    assert rows[3].largest_share_of_revenue == pytest.approx(0.683, abs=0.005)
    assert rows[4].largest_share_of_revenue == pytest.approx(0.648, abs=0.005)
    assert rows[4].smallest_share_of_customers == pytest.approx(715 / 4338, abs=0.005)
    assert all(row.silhouette_low == row.silhouette == row.silhouette_high for row in real_scan.rows)


def test_choice_for_the_real_customers(real_scan: KScan) -> None:
    """The published choice on Online Retail, gross and log1p: Kneedle on k = 2…10 finds 5."""
    rows = {row.k: row for row in real_scan.rows}
    assert [k for k, row in rows.items() if row.is_eligible][:4] == [2, 3, 4, 5]
    assert [k for k, row in rows.items() if row.is_elbow] == [5]
    assert [k for k, row in rows.items() if row.is_chosen] == [5]
    assert real_scan.chosen_k == 5
    assert real_scan.verdict.startswith("5 segments: the elbow of the inertia curve, and eligible.")
    assert "the silhouette to k = 2" in real_scan.verdict


def test_two_clusters_of_raw_real_customers_are_rejected(online_retail_rfm: FloatArray) -> None:
    """The real Online Retail file: 26 customers against the rest have the best silhouette there is."""
    z = FeatureTransformer("none").fit(online_retail_rfm).transform(online_retail_rfm)
    scan = scan_k(z, online_retail_rfm[:, 2], random_seed=42, k_candidates=[2, 3])
    first = scan.rows[0]
    assert first.silhouette == pytest.approx(0.896, abs=0.005)
    assert not first.is_eligible
    assert "a cluster of 0.60% of customers" in str(first.rejection_reason)
    assert "worst Jaccard" in str(first.rejection_reason)
    assert not scan.is_clear


def test_separable_groups_are_recovered(separable_blobs: tuple[FloatArray, IntArray]) -> None:
    z, truth = separable_blobs
    scan = scan_k(z, np.full(len(z), 1e-4), random_seed=0, k_candidates=range(2, 8))
    assert (scan.chosen_k, scan.is_clear) == (4, True)
    assert [row.k for row in scan.rows if row.is_elbow] == [4]
    assert [row.k for row in scan.rows if row.is_chosen] == [4]
    assert [row.is_eligible for row in scan.rows] == [row.rejection_reason is None for row in scan.rows]
    assert scan.rows[2].is_eligible and not scan.rows[5].is_eligible
    assert scan.rows[2].largest_share_of_revenue == pytest.approx(0.4)
    assert adjusted_rand_score(truth, fit_kmeans(z, scan.chosen_k, random_seed=0).labels) >= 0.95


def test_the_elbow_is_where_the_fall_ends() -> None:
    assert k_scan._elbow({2: 100.0, 3: 10.0, 4: 9.0, 5: 8.5}) == 3
    assert k_scan._elbow({2: 100.0, 3: 10.0}) is None


@pytest.mark.parametrize(
    ("gaps", "k"),
    [
        # From 1 to 2 the gap grows by more than the error of 2; from 2 to 3 by just the error of 3.
        ([(0.0, 0.25), (0.5, 0.25), (0.75, 0.25), (0.8, 0.0)], 2),
        ([(0.0, 0.25), (0.5, 0.25), (1.0, 0.25)], None),
        ([(0.5, 0.0), (0.25, 0.0)], 1),
        ([], None),
    ],
)
def test_the_gap_rule_by_hand(gaps: list[tuple[float, float]], k: int | None) -> None:
    assert k_scan._gap_rule({n: Gap(*gap) for n, gap in enumerate(gaps, start=1)}) == k


def test_uniform_noise_has_no_clear_k(uniform_noise: FloatArray) -> None:
    scan = scan_k(uniform_noise, np.ones(len(uniform_noise)), random_seed=0)
    assert not scan.is_clear
    assert not any(row.is_eligible for row in scan.rows)
    assert scan.chosen_k == 4
    assert scan.verdict.startswith("No clear k: no candidate is eligible (")
    assert "the gap rule to k = 1" in scan.verdict


def test_all_customers_are_measured_where_some_are_fitted(
    separable_blobs: tuple[FloatArray, IntArray],
) -> None:
    z, truth = separable_blobs
    steps: list[str] = []
    scan = scan_k(
        z,
        np.ones(len(z)),
        z_fit=z[::5],
        random_seed=0,
        k_candidates=[4],
        n_segments=3,
        progress=steps.append,
    )
    four = scan.rows[1]
    centre_distances = [
        np.sum((z[truth == group] - z[truth == group].mean(axis=0)) ** 2) for group in range(4)
    ]
    assert four.inertia == pytest.approx(sum(centre_distances), rel=0.02)
    assert four.smallest_share_of_customers == pytest.approx(0.1)
    # n_segments joins the candidates and is taken.
    assert [(row.k, row.is_chosen) for row in scan.rows] == [(3, True), (4, False)]
    assert scan.verdict.startswith("3 segments: set by hand (n_segments). The rule would have chosen 4.")
    assert len(steps) == 9 + 1 + 2 + 1


def test_the_fit_sees_the_fitted_customers_alone(separable_blobs: tuple[FloatArray, IntArray]) -> None:
    z, truth = separable_blobs
    fitted = z[truth < 2]
    scan = scan_k(z, np.ones(len(z)), z_fit=fitted, random_seed=0, k_candidates=[2])
    far = z[truth >= 2]
    centroids = fit_kmeans(fitted, 2, random_seed=0).centroids
    assert scan.rows[0].inertia > np.sum(np.min([np.sum((far - c) ** 2, axis=1) for c in centroids], axis=0))
    assert scan.rows[0].worst_jaccard > 0.99


def test_a_feature_that_is_the_same_for_nearly_everybody() -> None:
    z = np.zeros((6_000, 1))
    z[:3, 0] = [1.0, 2.0, 5.0]  # some shuffles have none of them among their rows
    scan = scan_k(z, np.ones(6_000), random_seed=0, k_candidates=[2, 3])
    assert not scan.is_clear
    assert [row.rejection_reason is None for row in scan.rows] == [False, False]


def test_same_seed_same_scan(separable_blobs: tuple[FloatArray, IntArray]) -> None:
    z, truth = separable_blobs
    first, again = (scan_k(z, truth + 1.0, random_seed=3, k_candidates=[3, 4]) for _ in range(2))
    assert first == again


@pytest.mark.parametrize(
    ("z", "measured", "chosen_k"),
    [
        (np.zeros((50, 3)), [], 1),
        (np.zeros((1, 3)), [], 1),
        (np.repeat([[0.0, 0.0], [2.0, 0.0]], 10, axis=0), [2], 2),
        (np.array([[0.0], [1.0], [5.0]]), [2], 2),
        (np.column_stack([np.arange(12.0), np.zeros(12)]), list(range(2, 11)), None),
    ],
    ids=[
        "one point",
        "one customer",
        "two points, a constant feature",
        "three customers",
        "a constant feature",
    ],
)
def test_few_or_equal_customers(z: FloatArray, measured: list[int], chosen_k: int | None) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scan = scan_k(z, np.zeros(len(z)), random_seed=0)
    assert [row.k for row in scan.rows] == list(range(2, 11))
    assert [row.k for row in scan.rows if not isnan(row.inertia)] == measured
    assert all(isnan(row.largest_share_of_revenue) for row in scan.rows)  # there is no revenue
    assert chosen_k is None or scan.chosen_k == chosen_k
    assert scan.verdict
    for row in scan.rows:
        if row.k not in measured:
            assert row.rejection_reason == "too few different customers"
