"""Ward, HDBSCAN, DBSCAN and Gaussian mixture beside K-Means, and how far they agree with it.

A density method calls customers in thin regions noise (label -1). Here these are often the best customers, so
noise is reported and never a segment. Every method runs on one thread and gives the same labels for the same
rows in the same order (that of the customer ids).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from segmentation.kmeans import FloatArray, IntArray, fit_kmeans
from segmentation.silhouettes import euclidean_silhouettes

NOISE = -1
# Up to this many rows Ward sees every one: 20,000 take 1.6 GB and some 15 s, and both grow with the square.
WARD_ROWS = 20_000
MICRO_CLUSTERS = 500
# Rows the other methods are fitted on; the rest are assigned.
DENSITY_ROWS = 20_000
MIXTURE_ROWS = 50_000
# As in the rule for k: nothing below 2 % of the customers is a segment.
HDBSCAN_SMALLEST_SHARE = 0.02
HDBSCAN_MIN_SAMPLES = 10


@dataclass(frozen=True)
class MethodResult:
    """Labels of one method, or why there are none.

    `labels` (n,): clusters numbered by mean monetary, the highest 0, and -1 for noise; None if the method
    failed. `rows_fitted`: customers the method saw, the others being assigned. `status`: 'ok' or 'failed',
    with `error` in one line.
    """

    method: str
    labels: IntArray | None
    rows_fitted: int
    status: str
    error: str | None


@dataclass(frozen=True)
class MethodComparison:
    """One row of the comparison; NaN where a method failed or has fewer than two clusters.

    The silhouette is Euclidean, of the customers that are not noise. The adjusted Rand index with K-Means is
    of all customers, noise being one more group. Shares are between 0 and 1.
    """

    method: str
    n_clusters: int
    silhouette: float
    noise_share_of_customers: float
    noise_share_of_revenue: float
    adjusted_rand_index: float
    rows_fitted: int
    status: str
    error: str | None


def run_method(
    method: str, z: FloatArray, monetary: FloatArray, n_clusters: int, *, random_seed: int
) -> MethodResult:
    """Cluster all customers `z` (n, d) by `method`, one of `METHODS`.

    `n_clusters` is for Ward and the mixture; the density methods find their own number. `monetary` (n,) only
    numbers the clusters. Any failure of the method ends in the result, not in an exception: one method must
    not take the others with it.
    """
    if method not in METHODS:
        raise ValueError(f"The clustering method is '{method}': choose from {', '.join(METHODS)}.")
    from threadpoolctl import threadpool_limits

    try:
        with threadpool_limits(limits=1):
            labels, rows_fitted = METHODS[method](z, n_clusters, random_seed)
    except Exception as error:  # noqa: BLE001 - the one place: the failure becomes a reported row
        sentence = " ".join(f"{type(error).__name__}: {error}".split())
        return MethodResult(method, None, 0, "failed", sentence)
    return MethodResult(method, _numbered_by_value(labels, monetary), rows_fitted, "ok", None)


def compare_methods(
    z: FloatArray,
    monetary: FloatArray,
    kmeans_labels: IntArray,
    results: Sequence[MethodResult],
    *,
    random_seed: int,
    kmeans_rows_fitted: int,
) -> list[MethodComparison]:
    """One row for K-Means and one per result, in that order. `monetary` (n,) is used for shares alone."""
    from sklearn.metrics import adjusted_rand_score

    kmeans = MethodResult("kmeans", kmeans_labels, kmeans_rows_fitted, "ok", None)
    revenue = float(monetary.sum())
    rows = []
    for result in [kmeans, *results]:
        if result.labels is None:
            rows.append(
                MethodComparison(result.method, 0, nan, nan, nan, nan, 0, result.status, result.error)
            )
            continue
        is_noise = result.labels == NOISE
        rows.append(
            MethodComparison(
                method=result.method,
                n_clusters=len(np.unique(result.labels[~is_noise])),
                silhouette=_silhouette(z[~is_noise], result.labels[~is_noise], random_seed),
                noise_share_of_customers=float(is_noise.mean()) if len(z) else nan,
                noise_share_of_revenue=float(monetary[is_noise].sum() / revenue) if revenue > 0 else nan,
                adjusted_rand_index=float(adjusted_rand_score(kmeans_labels, result.labels)),
                rows_fitted=result.rows_fitted,
                status=result.status,
                error=result.error,
            )
        )
    return rows


def agreeing_methods(kmeans_labels: IntArray, results: Sequence[MethodResult]) -> IntArray:
    """Per customer (n,), how many methods place it in the K-Means segment; failed ones and noise do not.

    Each method's clusters are matched one to one to the segments so that most customers agree (Hungarian).
    """
    agreeing = np.zeros(len(kmeans_labels), dtype=np.int64)
    for result in results:
        if result.labels is not None:
            agreeing += match_labels(result.labels, kmeans_labels) == kmeans_labels
    return agreeing


def match_labels(labels: IntArray, reference: IntArray) -> IntArray:
    """`labels` (n,) renamed to the labels of `reference` (n,), one to one, so that most rows agree.

    What finds no partner, noise included, becomes -1.
    """
    from scipy.optimize import linear_sum_assignment
    from sklearn.metrics.cluster import contingency_matrix

    kept = labels != NOISE
    matched = np.full(len(labels), NOISE, dtype=np.int64)
    if kept.any():
        names, reference_names = np.unique(labels[kept]), np.unique(reference[kept])
        common = contingency_matrix(reference[kept], labels[kept])
        for row, column in zip(*linear_sum_assignment(common, maximize=True), strict=True):
            matched[labels == names[column]] = reference_names[row]
    return matched


def _ward(z: FloatArray, n_clusters: int, random_seed: int) -> tuple[IntArray, int]:
    from scipy.cluster.hierarchy import fcluster

    linkage, groups = _ward_linkage(z, random_seed)
    labels = fcluster(linkage, n_clusters, criterion="maxclust").astype(np.int64)
    return labels[groups], len(z)


def _ward_linkage(z: FloatArray, random_seed: int) -> tuple[FloatArray, IntArray]:
    """A SciPy linkage and the leaf (n,) of each customer.

    Up to `WARD_ROWS` customers each is a leaf. Beyond, the leaves are `MICRO_CLUSTERS` K-Means clusters of a
    sample, with the number of customers nearest to each as weights, so that all customers count.
    """
    from scipy.cluster.hierarchy import linkage

    if len(z) <= WARD_ROWS:
        return linkage(z, method="ward"), np.arange(len(z))
    sample = z[_sampled_rows(len(z), WARD_ROWS, random_seed)]
    centroids = fit_kmeans(sample, MICRO_CLUSTERS, random_seed=random_seed, n_init=1).centroids
    nearest = _nearest(centroids, z)
    used, groups, sizes = np.unique(nearest, return_inverse=True, return_counts=True)
    return weighted_ward_linkage(centroids[used], sizes.astype(np.float64)), groups


def weighted_ward_linkage(points: FloatArray, weights: FloatArray) -> FloatArray:
    """Ward's tree of points (m, d) that each stand for `weights` (m,) rows, as a SciPy linkage (m - 1, 4).

    SciPy's own linkage takes no weights. With weights of 1 the two are the same: each step merges the pair
    whose union adds least to the sum of squares, at the height sqrt(2 * that increase).
    """
    from scipy.spatial.distance import cdist

    points, weights = points.copy(), weights.copy()
    size = len(points)
    nodes, leaves = np.arange(size), np.ones(size)
    costs = cdist(points, points, "sqeuclidean") * 2 / (1 / weights[:, None] + 1 / weights)
    np.fill_diagonal(costs, np.inf)
    linkage = np.empty((size - 1, 4))
    for step in range(size - 1):
        kept, gone = sorted(divmod(int(costs.argmin()), size))
        total = weights[kept] + weights[gone]
        leaves[kept] += leaves[gone]
        linkage[step] = [*sorted((nodes[kept], nodes[gone])), np.sqrt(costs[kept, gone]), leaves[kept]]
        points[kept] = (weights[kept] * points[kept] + weights[gone] * points[gone]) / total
        weights[kept], nodes[kept] = total, size + step
        costs[gone], costs[:, gone] = np.inf, np.inf
        distances = np.sum((points - points[kept]) ** 2, axis=1)
        merged = np.where(np.isinf(costs[kept]), np.inf, distances * 2 / (1 / weights + 1 / total))
        costs[kept], costs[:, kept] = merged, merged
    return linkage


def _hdbscan(z: FloatArray, n_clusters: int, random_seed: int) -> tuple[IntArray, int]:
    from sklearn.cluster import HDBSCAN

    rows = _sampled_rows(len(z), DENSITY_ROWS, random_seed)
    smallest = max(round(len(rows) * HDBSCAN_SMALLEST_SHARE), 5)
    labels = HDBSCAN(min_cluster_size=smallest, min_samples=HDBSCAN_MIN_SAMPLES, copy=True).fit_predict(
        z[rows]
    )
    return _spread(z, rows, labels), len(rows)


def _dbscan(z: FloatArray, n_clusters: int, random_seed: int) -> tuple[IntArray, int]:
    """The radius is the knee of the sorted distances to the neighbour that makes a core point."""
    from kneed import KneeLocator
    from sklearn.cluster import DBSCAN
    from sklearn.neighbors import NearestNeighbors

    rows = _sampled_rows(len(z), DENSITY_ROWS, random_seed)
    neighbours = 2 * z.shape[1]
    distances = NearestNeighbors(n_neighbors=neighbours).fit(z[rows]).kneighbors(z[rows])[0][:, -1]
    distances.sort()
    knee = None
    if distances[-1] > distances[0]:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="No knee/elbow found")  # it is raised below
            knee = KneeLocator(np.arange(len(rows)), distances, curve="convex", direction="increasing").knee
    if knee is None or distances[knee] == 0:
        raise ValueError("the sorted neighbour distances have no knee to take the radius from")
    labels = DBSCAN(eps=distances[knee], min_samples=neighbours).fit_predict(z[rows])
    return _spread(z, rows, labels), len(rows)


def _gaussian_mixture(z: FloatArray, n_clusters: int, random_seed: int) -> tuple[IntArray, int]:
    from sklearn.mixture import GaussianMixture

    rows = _sampled_rows(len(z), MIXTURE_ROWS, random_seed)
    n_distinct = len(np.unique(z[rows], axis=0))
    if n_distinct < n_clusters:
        raise ValueError(
            f"{n_clusters} components need as many different customers, and there are {n_distinct}"
        )
    mixture = GaussianMixture(n_clusters, n_init=3, random_state=random_seed).fit(z[rows])
    return np.asarray(mixture.predict(z), dtype=np.int64), len(rows)


METHODS: dict[str, Callable[[FloatArray, int, int], tuple[IntArray, int]]] = {
    "ward": _ward,
    "hdbscan": _hdbscan,
    "dbscan": _dbscan,
    "gaussian_mixture": _gaussian_mixture,
}


def _sampled_rows(n_rows: int, limit: int, random_seed: int) -> IntArray:
    """Ascending row numbers: all, or `limit` drawn without replacement."""
    if n_rows <= limit:
        return np.arange(n_rows)
    return np.sort(np.random.default_rng(random_seed).choice(n_rows, limit, replace=False))


def _spread(z: FloatArray, rows: IntArray, labels: IntArray) -> IntArray:
    """Labels (n,) of all rows of `z`: that of the nearest fitted row. Nearest to noise is noise."""
    if len(rows) == len(z):
        return labels.astype(np.int64)
    spread: IntArray = labels.astype(np.int64)[_nearest(z[rows], z)]
    return spread


def _nearest(points: FloatArray, z: FloatArray) -> IntArray:
    from scipy.spatial import cKDTree

    return np.asarray(cKDTree(points).query(z)[1], dtype=np.int64)


def _numbered_by_value(labels: IntArray, monetary: FloatArray) -> IntArray:
    """Clusters renumbered by mean monetary, the highest 0; on a tie the larger, then the earlier row."""
    names, first_rows, groups = np.unique(labels, return_index=True, return_inverse=True)
    sizes = np.bincount(groups)
    means = np.bincount(groups, weights=monetary) / sizes
    is_noise = names == NOISE
    order = np.lexsort((first_rows, -sizes, -means, is_noise))  # noise last, so that clusters start at 0
    numbers = np.empty(len(names), dtype=np.int64)
    numbers[order] = np.arange(len(names))
    numbers[is_noise] = NOISE
    return numbers[groups]


def _silhouette(z: FloatArray, labels: IntArray, random_seed: int) -> float:
    if len(np.unique(labels)) < 2:
        return nan
    return euclidean_silhouettes(z, [labels], random_seed=random_seed)[0].mean
