"""Silhouettes: exact for any number of customers where distances are squared, sampled where they are not.

The silhouette of a point (Rousseeuw 1987, doi:10.1016/0377-0427(87)90125-7) compares its mean distance a to
the others of its own cluster with its mean distance b to the nearest other cluster: (b - a) / max(a, b), and
0 for the only point of a cluster.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from segmentation.kmeans import FloatArray, IntArray, single_thread
from segmentation.parallel import side_by_side

# Up to this many rows the Euclidean silhouette is exact; its cost grows with the square of the rows.
EXACT_ROWS = 20_000
# Beyond, each of ten samples of this size costs about 0.03 s, and their mean is good to about 0.004.
SAMPLE_ROWS = 2_000
SAMPLE_REPEATS = 10
# Rows of the distance matrix held at once: 500 rows against 20,000 are 80 MB.
DISTANCE_ROWS = 500
PLOT_ROWS = 2_000
# Rows per block of the squared Euclidean form: 100,000 rows by 10 clusters are 8 MB.
CHUNK_ROWS = 100_000


@dataclass(frozen=True)
class SilhouetteEstimate:
    """Mean silhouette with a 95 % interval; the interval has no width where the figure is exact."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class SilhouettePlotSample:
    """Rows of a silhouette plot, in plotting order: by cluster, then the highest silhouette first."""

    rows: IntArray
    labels: IntArray
    silhouettes: FloatArray


def squared_euclidean_silhouette_samples(z: FloatArray, labels: IntArray) -> FloatArray:
    """Silhouette (n,) of every row of `z` (n, d) under squared Euclidean distance, exact in O(n * k).

    The mean squared distance from a point to a cluster is the squared distance to its mean plus its variance,
    so no pair of points has to be measured. Needs at least two clusters.
    """
    from scipy.spatial.distance import cdist

    clusters, sizes = _compared(labels)
    means = np.column_stack([np.bincount(clusters, weights=column) for column in z.T]) / sizes[:, None]
    within = np.zeros(len(sizes))
    for block in _blocks(len(z), CHUNK_ROWS):
        squared = np.sum((z[block] - means[clusters[block]]) ** 2, axis=1)
        within += np.bincount(clusters[block], weights=squared, minlength=len(sizes))
    variances = within / sizes
    silhouettes = np.empty(len(z))
    for block in _blocks(len(z), CHUNK_ROWS):
        # This way round the long rows lie in one piece.
        totals = (cdist(means, z[block], "sqeuclidean").T + variances) * sizes
        silhouettes[block] = _silhouettes_from_totals(totals, clusters[block], sizes)
    return silhouettes


def squared_euclidean_silhouette(z: FloatArray, labels: IntArray) -> float:
    """Mean of `squared_euclidean_silhouette_samples`."""
    return float(squared_euclidean_silhouette_samples(z, labels).mean())


def euclidean_silhouette_samples(z: FloatArray, labellings: Sequence[IntArray]) -> list[FloatArray]:
    """Exact Euclidean silhouettes (n,) of every row of `z` (n, d), one array per labelling (n,).

    The figures are those of scikit-learn's `silhouette_samples`. Here the distances are computed once for all
    labellings, which is what makes nine candidates cost little more than one. O(n^2): meant for
    `EXACT_ROWS` rows or fewer.
    """
    from scipy.spatial.distance import cdist

    numbered = [_compared(labels) for labels in labellings]
    memberships = np.hstack([np.eye(len(sizes))[clusters] for clusters, sizes in numbered])
    ends = np.cumsum([len(sizes) for _, sizes in numbered])
    results = [np.empty(len(z)) for _ in numbered]
    for block in _blocks(len(z), DISTANCE_ROWS):
        totals = cdist(z[block], z) @ memberships
        for result, (clusters, sizes), end in zip(results, numbered, ends, strict=True):
            own_totals = totals[:, end - len(sizes) : end]
            result[block] = _silhouettes_from_totals(own_totals, clusters[block], sizes)
    return results


def euclidean_silhouettes(
    z: FloatArray, labellings: Sequence[IntArray], *, random_seed: int
) -> list[SilhouetteEstimate]:
    """Mean Euclidean silhouette of each labelling (n,) of `z` (n, d).

    Exact up to `EXACT_ROWS` rows. Beyond, the mean of `SAMPLE_REPEATS` samples, the same for all labellings,
    in each of which a cluster counts with its share of all rows; with the 95 % interval of that mean
    (Student's t over the repeats).
    """
    from scipy.stats import t

    if len(z) <= EXACT_ROWS:
        with single_thread():  # a matrix product split over threads rounds differently
            means = [float(values.mean()) for values in euclidean_silhouette_samples(z, labellings)]
        return [SilhouetteEstimate(mean, mean, mean) for mean in means]
    numbered = [_compared(labels) for labels in labellings]
    members = [rows for clusters, _ in numbered for rows in _members(clusters)]

    def sampled(repeat: int) -> list[float]:
        generator = np.random.default_rng([random_seed, repeat])
        rows = _drawn_rows(len(z), members, generator)
        compared = [clusters[rows] for clusters, _ in numbered]
        silhouettes = euclidean_silhouette_samples(z[rows], compared)
        return [
            float(np.bincount(clusters, weights=values) / np.bincount(clusters) @ sizes / len(z))
            for clusters, values, (_, sizes) in zip(compared, silhouettes, numbered, strict=True)
        ]

    estimates = np.array(side_by_side(sampled, range(SAMPLE_REPEATS)))
    means = estimates.mean(axis=0)
    half_widths = t.ppf(0.975, SAMPLE_REPEATS - 1) * estimates.std(axis=0, ddof=1) / np.sqrt(SAMPLE_REPEATS)
    return [
        SilhouetteEstimate(float(mean), float(mean - half_width), float(mean + half_width))
        for mean, half_width in zip(means, half_widths, strict=True)
    ]


def silhouette_plot_sample(
    z: FloatArray, labels: IntArray, *, random_seed: int, n_rows: int = PLOT_ROWS
) -> SilhouettePlotSample:
    """Euclidean silhouettes of about `n_rows` rows of `z` (n, d), every cluster in its proportion.

    Measured against at most `EXACT_ROWS` rows: up to that many the silhouettes are exact, beyond they are
    those within a proportional sample of that size.
    """

    clusters, sizes = _compared(labels)
    generator = np.random.default_rng([random_seed, len(sizes)])
    measured = stratified_rows(clusters, EXACT_ROWS, generator)
    with single_thread():
        (silhouettes,) = euclidean_silhouette_samples(z[measured], [clusters[measured]])
    shown = stratified_rows(clusters[measured], n_rows, generator)
    order = shown[np.lexsort((measured[shown], -silhouettes[shown], clusters[measured][shown]))]
    rows = measured[order]
    return SilhouettePlotSample(rows, np.asarray(labels)[rows], silhouettes[order])


def stratified_rows(labels: IntArray, n_rows: int, generator: np.random.Generator) -> IntArray:
    """Ascending row numbers of a sample of `labels` (n,) that holds every label in its proportion.

    All rows where there are no more than `n_rows`; otherwise each label's share of `n_rows`, rounded, and two
    rows at least where the label has them, so that the size is `n_rows` give or take a few.
    """
    if len(labels) <= n_rows:
        return np.arange(len(labels))
    return _draw(_members(labels), n_rows, generator)


def _members(labels: IntArray) -> list[IntArray]:
    """Row numbers of each label, in the order of the labels."""
    clusters, sizes = _numbered(labels)
    # Short integers are sorted by radix, an order of magnitude faster.
    return np.split(np.argsort(clusters.astype(np.int16), kind="stable"), np.cumsum(sizes)[:-1])


def _draw(members: list[IntArray], n_rows: int, generator: np.random.Generator) -> IntArray:
    total = sum(len(rows) for rows in members)
    wanted = [min(max(round(len(rows) * n_rows / total), 2), len(rows)) for rows in members]
    drawn = [generator.choice(rows, size, replace=False) for rows, size in zip(members, wanted, strict=True)]
    return np.sort(np.concatenate(drawn))


def _drawn_rows(n_rows: int, members: list[IntArray], generator: np.random.Generator) -> IntArray:
    """`SAMPLE_ROWS` of `n_rows` rows, and two of each cluster: a silhouette needs somebody else in both."""
    drawn = [generator.choice(n_rows, SAMPLE_ROWS, replace=False)]
    drawn += [generator.choice(rows, min(2, len(rows)), replace=False) for rows in members]
    return np.unique(np.concatenate(drawn))


def _silhouettes_from_totals(totals: FloatArray, clusters: IntArray, sizes: IntArray) -> FloatArray:
    """Silhouettes (n,) from the total distance (n, k) of each row to all members of each cluster."""
    rows = np.arange(len(totals))
    own = totals[rows, clusters] / np.maximum(sizes[clusters] - 1, 1)  # without the point itself
    others = totals / sizes
    others[rows, clusters] = np.inf
    nearest = others.min(axis=1)
    larger = np.maximum(own, nearest)
    # Where all distances are 0 the point sits on both clusters: 0, as for the only point of a cluster.
    defined = (larger > 0) & (sizes[clusters] > 1)
    silhouettes = np.zeros(len(totals))
    np.divide(nearest - own, larger, out=silhouettes, where=defined)
    return silhouettes


def _numbered(labels: IntArray) -> tuple[IntArray, IntArray]:
    """Labels, none below 0, as 0 … k-1 (n,), and the size of each cluster (k,)."""
    counts = np.bincount(labels)
    numbers = np.cumsum(counts > 0) - 1
    return numbers[labels], counts[counts > 0]


def _compared(labels: IntArray) -> tuple[IntArray, IntArray]:
    """The same for a silhouette, which needs two clusters."""
    clusters, sizes = _numbered(labels)
    if len(sizes) < 2:
        raise ValueError(f"A silhouette compares clusters, and there are {len(sizes)}: give at least 2.")
    return clusters, sizes


def _blocks(n_rows: int, size: int) -> list[slice]:
    return [slice(start, start + size) for start in range(0, n_rows, size)]
