"""The other methods: on the real customers, on groups known in advance, in samples, and when one fails."""

import warnings
from math import isnan, nan

import numpy as np
import pytest
import sklearn.cluster
from kneed import KneeLocator
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import cdist
from sklearn.cluster import DBSCAN
from sklearn.metrics import adjusted_rand_score, silhouette_score

from segmentation import clustering_methods
from segmentation.clustering_methods import (
    METHODS,
    NOISE,
    MethodResult,
    agreeing_methods,
    compare_methods,
    match_labels,
    run_method,
    weighted_ward_linkage,
)
from segmentation.kmeans import FloatArray, IntArray, fit_kmeans


@pytest.mark.parametrize(("n_clusters", "silhouette"), [(3, 0.313), (4, 0.275), (5, 0.260)])
def test_ward_on_the_real_customers(
    online_retail_z: FloatArray, online_retail_rfm: FloatArray, n_clusters: int, silhouette: float
) -> None:
    """The real Online Retail file, gross, duplicates kept, log1p."""
    result = run_method("ward", online_retail_z, online_retail_rfm[:, 2], n_clusters, random_seed=42)
    assert result.rows_fitted == 4338
    assert result.labels is not None
    assert silhouette_score(online_retail_z, result.labels) == pytest.approx(silhouette, abs=0.002)


def test_comparison_on_the_real_customers(online_retail_z: FloatArray, online_retail_rfm: FloatArray) -> None:
    """The real Online Retail file: HDBSCAN calls most of the money noise."""
    monetary = online_retail_rfm[:, 2]
    kmeans_labels = fit_kmeans(online_retail_z, 4, random_seed=42).labels
    results = [run_method(method, online_retail_z, monetary, 4, random_seed=42) for method in METHODS]
    rows = compare_methods(
        online_retail_z, monetary, kmeans_labels, results, random_seed=42, kmeans_rows_fitted=4338
    )
    by_method = {row.method: row for row in rows}
    assert list(by_method) == ["kmeans", "ward", "hdbscan", "dbscan", "gaussian_mixture"]
    assert {row.status for row in rows} == {"ok"}
    assert by_method["kmeans"].adjusted_rand_index == 1
    assert by_method["kmeans"].silhouette == pytest.approx(0.335, abs=0.005)
    assert by_method["gaussian_mixture"].silhouette == pytest.approx(0.172, abs=0.005)
    assert 0.13 <= by_method["hdbscan"].noise_share_of_customers <= 0.27
    assert 0.55 <= by_method["hdbscan"].noise_share_of_revenue <= 0.70
    assert 0 < by_method["dbscan"].noise_share_of_customers < by_method["dbscan"].noise_share_of_revenue
    assert by_method["ward"].noise_share_of_customers == 0
    assert 0.2 < by_method["ward"].adjusted_rand_index < 0.9


@pytest.fixture
def small_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every bounded sample at 500 rows, so that most of the 2,000 rows have to be assigned."""
    for name in ("WARD_ROWS", "DENSITY_ROWS", "MIXTURE_ROWS"):
        monkeypatch.setattr(clustering_methods, name, 500)
    monkeypatch.setattr(clustering_methods, "MICRO_CLUSTERS", 40)


@pytest.mark.parametrize("method", METHODS)
def test_samples_recover_the_groups_of_all_customers(
    separable_blobs: tuple[FloatArray, IntArray], small_samples: None, method: str
) -> None:
    z, truth = separable_blobs
    monetary = 100.0 - 10 * truth
    first, again = (run_method(method, z, monetary, 4, random_seed=1) for _ in range(2))
    assert (first.status, first.error) == ("ok", None)
    assert first.rows_fitted == (2000 if method == "ward" else 500)
    assert first.labels is not None and again.labels is not None
    np.testing.assert_array_equal(first.labels, again.labels)
    kept = first.labels != NOISE
    assert kept.mean() > 0.9
    # Numbered by mean monetary, so the labels are the truth itself and not only the same groups.
    assert np.mean(first.labels[kept] == truth[kept]) > 0.99


def test_the_rest_is_assigned_by_the_nearest_fitted_row_noise_included() -> None:
    z = np.array([[0.0], [0.2], [5.0], [5.2], [90.0], [80.0], [120.0]])
    fitted = np.array([0, 2, 4])
    spread = clustering_methods._spread(z, fitted, np.array([1, 0, NOISE]))
    np.testing.assert_array_equal(spread, [1, 1, 0, 0, NOISE, NOISE, NOISE])


def test_weighted_ward_equals_scipy_on_repeated_points() -> None:
    generator = np.random.default_rng(3)
    points, weights = generator.normal(size=(30, 3)), generator.integers(1, 6, size=30)
    np.testing.assert_allclose(weighted_ward_linkage(points, np.ones(30)), linkage(points, "ward"), atol=1e-9)
    repeated = linkage(np.repeat(points, weights, axis=0), "ward")
    np.testing.assert_allclose(
        weighted_ward_linkage(points, weights.astype(float))[:, 2], repeated[-29:, 2], atol=1e-7
    )


def test_a_method_that_fails_is_reported_and_takes_nothing_with_it(
    separable_blobs: tuple[FloatArray, IntArray],
) -> None:
    z, truth = separable_blobs
    z, truth = z[:3], np.array([0, 1, 2])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        results = [run_method(method, z, np.ones(3), 4, random_seed=0) for method in METHODS]
    mixture = results[-1]
    assert (mixture.status, mixture.labels, mixture.rows_fitted) == ("failed", None, 0)
    assert mixture.error == "ValueError: 4 components need as many different customers, and there are 3"
    assert "\n" not in str(mixture.error)
    rows = compare_methods(z, np.ones(3), truth, results, random_seed=0, kmeans_rows_fitted=3)
    assert [row.status for row in rows][:2] == ["ok", "ok"]
    assert rows[-1].error == mixture.error and isnan(rows[-1].silhouette)
    assert agreeing_methods(truth, results).max() <= len([row for row in results if row.labels is not None])


def test_equal_customers_end_in_a_row_for_every_method() -> None:
    results = [run_method(method, np.zeros((40, 2)), np.ones(40), 3, random_seed=0) for method in METHODS]
    assert all((result.labels is None) == (result.status == "failed") for result in results)
    dbscan, mixture = results[2:]
    assert dbscan.error == "ValueError: the sorted neighbour distances have no knee to take the radius from"
    assert mixture.error == "ValueError: 3 components need as many different customers, and there are 1"
    # The distances bend where they leave 0, which is no radius.
    nearly_equal = np.vstack([np.zeros((40, 2)), np.arange(1.0, 11.0).reshape(5, 2)])
    assert run_method("dbscan", nearly_equal, np.ones(45), 3, random_seed=0).error == dbscan.error


def test_as_many_different_customers_as_components_are_enough() -> None:
    z = np.repeat([[0.0], [4.0], [9.0]], 20, axis=0)
    result = run_method("gaussian_mixture", z, z[:, 0], 3, random_seed=0)
    assert result.labels is not None
    np.testing.assert_array_equal(result.labels, np.repeat([2, 1, 0], 20))


def test_a_few_equal_customers_leave_a_radius(uniform_noise: FloatArray) -> None:
    z = np.vstack([uniform_noise[:200], np.full((2 * uniform_noise.shape[1], uniform_noise.shape[1]), 0.5)])
    assert run_method("dbscan", z, np.ones(len(z)), 3, random_seed=0).status == "ok"


@pytest.mark.parametrize(("monetary", "shares"), [([0, 0, 0], [nan, nan]), ([0.25, 0, 0.25], [0, 0.5])])
def test_the_share_of_little_or_no_revenue(monetary: list[float], shares: list[float]) -> None:
    noise = MethodResult("dbscan", np.array([0, 0, NOISE]), 3, "ok", None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rows = compare_methods(
            np.arange(3.0)[:, None],
            np.array(monetary, dtype=np.float64),
            np.array([0, 0, 1]),
            [noise],
            random_seed=0,
            kmeans_rows_fitted=3,
        )
    np.testing.assert_equal([row.noise_share_of_revenue for row in rows], shares)


def test_figures_of_a_comparison_by_hand() -> None:
    z = np.array([[0.0], [1.0], [9.0], [10.0], [50.0]])
    monetary = np.array([1.0, 2.0, 3.0, 4.0, 30.0])
    kmeans = np.array([0, 0, 1, 1, 2])
    results = [
        MethodResult("hdbscan", np.array([0, 0, 1, 1, NOISE]), 4, "ok", None),
        MethodResult("ward", None, 0, "failed", "MemoryError"),
        MethodResult("dbscan", np.array([0, 0, NOISE, NOISE, NOISE]), 5, "ok", None),
    ]
    rows = compare_methods(z, monetary, kmeans, results, random_seed=0, kmeans_rows_fitted=3)
    figures = [(row.n_clusters, row.noise_share_of_customers, row.rows_fitted) for row in rows]
    np.testing.assert_equal(figures, [(3, 0.0, 3), (2, 0.2, 4), (0, nan, 0), (1, 0.6, 5)])
    np.testing.assert_allclose([row.noise_share_of_revenue for row in rows], [0, 30 / 40, nan, 37 / 40])
    # Of the customers that are no noise alone; one cluster has none.
    expected = [silhouette_score(z, [0, 0, 1, 1, 2]), silhouette_score(z[:4], [0, 0, 1, 1]), nan, nan]
    np.testing.assert_allclose([row.silhouette for row in rows], expected)
    assert rows[1].adjusted_rand_index == 1
    without_revenue = compare_methods(z, z[:, 0] * 0, kmeans, results, random_seed=0, kmeans_rows_fitted=3)
    assert all(isnan(row.noise_share_of_revenue) for row in without_revenue)


def test_clusters_are_numbered_by_mean_then_size_then_row() -> None:
    numbered = clustering_methods._numbered_by_value
    labels = np.array([5, 5, 5, 7, NOISE])
    assert numbered(labels, np.array([1.0, 1.0, 1.0, 2.0, 100.0])).tolist() == [1, 1, 1, 0, NOISE]
    assert numbered(np.array([3, 4, 4]), np.ones(3)).tolist() == [1, 0, 0]
    assert numbered(np.array([9, 4, 4, 9]), np.ones(4)).tolist() == [0, 1, 1, 0]


def test_the_radius_of_dbscan_is_the_knee_of_the_distances_that_make_a_core_point(
    uniform_noise: FloatArray, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = []

    class Recorded(DBSCAN):
        def fit_predict(self, z: FloatArray) -> IntArray:
            used.append((self.eps, self.min_samples))
            return super().fit_predict(z)

    monkeypatch.setattr(sklearn.cluster, "DBSCAN", Recorded)
    z = uniform_noise[:400]
    run_method("dbscan", z, np.ones(400), 4, random_seed=0)
    # A point counts as its own neighbour, and twice as many as features make a core point.
    distances = np.sort(np.sort(cdist(z, z), axis=1)[:, 5])
    knee = KneeLocator(np.arange(400), distances, curve="convex", direction="increasing").knee
    assert used == [(pytest.approx(distances[knee]), 6)]


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'birch': choose from ward, hdbscan, dbscan, gaussian_mixture\."):
        run_method("birch", np.zeros((2, 2)), np.zeros(2), 2, random_seed=0)


def test_matching_and_agreement_by_hand() -> None:
    kmeans = np.array([1, 1, 1, 2, 2, 3])
    swapped = np.array([0, 0, 4, 4, 4, NOISE])
    np.testing.assert_array_equal(match_labels(swapped, kmeans), [1, 1, 2, 2, 2, NOISE])
    results = [
        MethodResult("ward", swapped, 6, "ok", None),
        MethodResult("dbscan", kmeans - 1, 6, "ok", None),
        MethodResult("hdbscan", None, 0, "failed", "MemoryError"),
        MethodResult("gaussian_mixture", np.full(6, NOISE), 6, "ok", None),
    ]
    np.testing.assert_array_equal(agreeing_methods(kmeans, results), [2, 2, 1, 2, 2, 1])
    assert adjusted_rand_score(kmeans, kmeans - 1) == 1
