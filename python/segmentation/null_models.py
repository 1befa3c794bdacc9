"""Data without clusters, to hold a clustering against: shuffled columns and a uniform box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from segmentation.kmeans import FloatArray, fit_kmeans_of_sample
from segmentation.parallel import side_by_side
from segmentation.silhouettes import euclidean_silhouette_samples

SHUFFLES = 20
GAP_REFERENCES = 10
# Rows of each null data set. A silhouette of 2,000 rows is within about 0.01 of that of all rows.
NULL_ROWS = 2_000
NULL_N_INIT = 2


@dataclass(frozen=True)
class Gap:
    """Gap statistic of one k and its standard error, in units of log inertia."""

    gap: float
    standard_error: float


def shuffled_silhouettes(z: FloatArray, k_values: Sequence[int], *, random_seed: int) -> FloatArray:
    """Euclidean silhouettes (20, len(k_values)) of K-Means on column-shuffled rows of `z` (n, d).

    Every shuffle permutes each column on its own, so the columns keep their distributions and lose what ties
    them together: what silhouette is left is that of the margins. `NULL_ROWS` rows at most.
    """

    def silhouettes_of(shuffle: int) -> FloatArray:
        result = np.zeros(len(k_values))
        generator = np.random.default_rng([random_seed, shuffle])
        null = np.column_stack([generator.permutation(column)[:NULL_ROWS] for column in z.T])
        fits = fit_kmeans_of_sample(null, k_values, random_seed=random_seed, n_init=NULL_N_INIT)
        # With one distinct row left there is one cluster, and its silhouette counts 0.
        compared = [index for index, fit in enumerate(fits) if len(fit.centroids) > 1]
        if compared:
            samples = euclidean_silhouette_samples(null, [fits[index].labels for index in compared])
            result[compared] = [values.mean() for values in samples]
        return result

    return np.array(side_by_side(silhouettes_of, range(SHUFFLES)))


def gap_statistics(z: FloatArray, k_values: Sequence[int], *, random_seed: int) -> dict[int, Gap]:
    """Gap statistic of each k: mean log inertia of uniform reference data less the log inertia of `z` (n, d).

    Tibshirani, Walther, Hastie 2001, doi:10.1111/1467-9868.00293. The references are uniform in the box along
    the principal components of `z` (the paper's choice b). Data and references have the same number of rows,
    `NULL_ROWS` at most, and the same restarts. A k at which the inertia is 0 is left out.
    """
    generator = np.random.default_rng(random_seed)
    sample = z[generator.choice(len(z), min(len(z), NULL_ROWS), replace=False)]
    centre = sample.mean(axis=0)
    axes = np.linalg.svd(sample - centre, full_matrices=False)[2]
    scores = (sample - centre) @ axes.T
    low, high = scores.min(axis=0), scores.max(axis=0)
    # They stay in the components' directions: K-Means sees distances alone, which a rotation keeps.
    references = [generator.uniform(low, high, size=scores.shape) for _ in range(GAP_REFERENCES)]

    def log_inertias(rows: FloatArray) -> FloatArray:
        fits = fit_kmeans_of_sample(rows, k_values, random_seed=random_seed, n_init=NULL_N_INIT)
        with np.errstate(divide="ignore"):  # an inertia of 0, left out below
            return np.log([fit.inertia for fit in fits])

    measured, *null = side_by_side(log_inertias, [sample, *references])
    gaps = np.mean(null, axis=0) - measured
    standard_errors = np.std(null, axis=0) * np.sqrt(1 + 1 / GAP_REFERENCES)
    return {
        k: Gap(float(gap), float(standard_error))
        for k, gap, standard_error in zip(k_values, gaps, standard_errors, strict=True)
        if isfinite(gap)
    }
